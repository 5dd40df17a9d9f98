import { createDecipheriv } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { removeDataset } from '#store/datasets.ts'
import { putProfile } from '#store/profiles.ts'
import { sweepTables } from '#store/tables.ts'
import { openDesk } from '../import/desk.ts'
import { keyOf } from './home.ts'

const CANARY = 'quokka-31337'
const TABLE = `word,rare\n${Array.from({ length: 3000 }, (_, row) => `${CANARY} ${row},${row % 7}`).join('\n')}\n`

let desk: ReturnType<typeof openDesk>
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk.close())

const [PAGE, RESERVED, IV, SALT] = [4096, 80, 16, 16]
const [JOURNAL_HEAD, FRAME_HEAD] = [32, 24]

/** The pages of the database's file and of its journal without their encryption (SQLCipher 4, a raw key): free ones, and what lies behind the journal's end. */
function plainBytes(file: string): Buffer {
  const [main, journal] = [readFileSync(file), readFileSync(`${file}-wal`)]
  const pages: Buffer[] = []
  for (let at = 0; at < main.length; at += PAGE)
    pages.push(plainPage(main.subarray(at, at + PAGE), at === 0 ? SALT : 0))
  for (let at = JOURNAL_HEAD; at < journal.length; at += FRAME_HEAD + PAGE) {
    const isFirst = journal.readUInt32BE(at) === 1
    pages.push(plainPage(journal.subarray(at + FRAME_HEAD, at + FRAME_HEAD + PAGE), isFirst ? SALT : 0))
  }
  return Buffer.concat(pages)
}

function plainPage(page: Buffer, from: number): Buffer {
  const end = PAGE - RESERVED
  const cipher = createDecipheriv('aes-256-cbc', keyOf(7), page.subarray(end, end + IV)).setAutoPadding(false)
  return Buffer.concat([cipher.update(page.subarray(from, end)), cipher.final()])
}

async function importCanary(): Promise<string> {
  const { dataset, profile, identifiers } = await desk.take(TABLE)
  putProfile(desk.db, dataset, 1, { profile, report: identifiers, hash: 'a'.repeat(64) })
  return dataset
}

test('a removed dataset is gone from the decrypted file and its journal, byte for byte', async () => {
  const file = desk.home.file
  const dataset = await importCanary()
  expect(plainBytes(file).includes('CREATE TABLE chunks')).toBe(true)
  expect(plainBytes(file).includes(CANARY)).toBe(true)
  const full = statSync(file).size + statSync(`${file}-wal`).size
  removeDataset(desk.db, dataset)
  await sweepTables(desk.db)
  expect(plainBytes(file).includes(CANARY)).toBe(false)
  expect(statSync(`${file}-wal`).size).toBe(0)
  expect(statSync(file).size).toBeLessThan(full)
})

test('without secure deletion the bytes would still be there, so that the search above can fail', async () => {
  const dataset = await importCanary()
  desk.db.pragma('secure_delete = OFF')
  desk.db.pragma('auto_vacuum = NONE')
  removeDataset(desk.db, dataset)
  desk.db.run('DELETE FROM chunks')
  expect(desk.db.all('SELECT 1 FROM chunks')).toEqual([])
  expect(plainBytes(desk.home.file).includes(CANARY)).toBe(true)
})
