import { spawn } from 'node:child_process'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import { listAudit, verifyAudit } from '#store/audit.ts'
import { findDamage, type Database } from '#store/database.ts'
import { createJournal } from '#store/journal.ts'
import { createLibrary } from '#store/library.ts'
import { aNote } from './documents.ts'
import { makeHome } from './home.ts'

const KILLS = 20
const study = hashOf('study')

let home: ReturnType<typeof makeHome>
beforeEach(() => (home = makeHome()))
afterEach(() => home.remove())

/** Starts the writer, kills it with SIGKILL so many ms after its first acknowledgement, and says what it acknowledged last. */
async function writeUntilKilled(first: number, ms: number): Promise<number> {
  const program = path.join(import.meta.dirname, 'writer-process.ts')
  const child = spawn(process.execPath, [program, home.file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), ms)
    said += text
  })
  await new Promise((resolve) => child.once('close', resolve))
  const whole = said.slice(0, said.lastIndexOf('\n')).split('\n')
  return Number(whole.at(-1))
}

/** Steps that are in every place a step writes to; anything that is in one place only breaks the expectations. */
function stepsIn(db: Database): number {
  const written = createJournal(db)
    .read(study, 1)
    .map((entry) => Number(entry.detail))
  expect(written).toEqual(written.map((_, index) => index))
  const library = createLibrary(db)
  for (const step of written) expect(library.get(aNote(study, `step ${step}`).id)).not.toBeNull()
  expect(library.ids(study)).toHaveLength(written.length)
  expect(listAudit(db, 1, 1e6).map((entry) => Number(entry.object))).toEqual(written)
  expect(verifyAudit(db)).toMatchObject({ entries: written.length })
  expect(db.all(`SELECT id FROM tables WHERE state = 'kept'`)).toHaveLength(written.length)
  expect(db.all(`SELECT id FROM tables WHERE state <> 'kept'`)).toEqual([])
  expect(db.all('SELECT DISTINCT table_id FROM chunks')).toHaveLength(written.length)
  return written.length
}

test(`nothing acknowledged is lost by kill -9 at ${KILLS} random moments`, { timeout: 60_000 }, async () => {
  let steps = 0
  for (let kill = 0; kill < KILLS; kill += 1) {
    const acknowledged = await writeUntilKilled(steps, Math.random() * 60)
    const db = home.open()
    steps = stepsIn(db)
    // One more than acknowledged: durable, and killed before it could say so.
    expect(steps - 1 - acknowledged).toBeOneOf([0, 1])
    expect(findDamage(db)).toEqual([])
    db.close()
  }
  expect(steps).toBeGreaterThanOrEqual(KILLS)
})
