import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRestored } from '#engine/restored.ts'
import { openDatabase, type Database } from '#store/database.ts'
import { keyOf, makeHome } from '../store/home.ts'
import { aStudy } from './a-study.ts'

const STUDY = 'the study'
const STUDIES = [STUDY, 'another over the same rows']
const members = ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id.toUpperCase() }))
const [us, ...others] = members.map((one) => one.id)

let home: ReturnType<typeof makeHome>
const copies: Database[] = []
beforeEach(() => (home = makeHome()))
afterEach(() => {
  for (const copy of copies.splice(0)) copy.close()
  home.remove()
})

/** The part of an engine that knows whether its home is an old copy, in two studies of four members. */
function anEngineOn(db: Database) {
  const study = { id: STUDY, body: { ...aStudy(), members } }
  const restored = createRestored({
    db,
    library: { study: () => study, studies: () => STUDIES } as never, // no more of it is asked
    signer: { id: us } as never,
    clock: {
      now: () => 0,
      ticks: () => 0,
      after: (_: number, call: () => void) => void setImmediate(call),
    } as never,
    log: () => {},
    data: { chosen: () => null, fix: async () => true, unfix: () => {} },
    waits: () => {},
  })
  /** Whether it would add to a sum now. */
  async function isReady(): Promise<boolean> {
    const given = new AbortController()
    const ready = restored.ready(STUDY, given.signal).then(
      () => true,
      () => false,
    )
    setTimeout(() => given.abort(), 30)
    return ready
  }
  return { ...restored, isReady }
}

/** A copy of the home's file, as a backup gives it back. */
function restoredCopy(): Database {
  const first = home.open()
  anEngineOn(first)
  first.close()
  const file = path.join(home.folder, 'restored.db')
  copyFileSync(home.file, file)
  const copy = openDatabase(file, keyOf(7), {})
  copies.push(copy)
  return copy
}

test('a home that stayed where it was adds to a sum once one member has compared its documents', async () => {
  const engine = anEngineOn(home.open())
  expect(await engine.isReady()).toBe(false)
  engine.compared(others[0]!, [STUDY])
  expect(await engine.isReady()).toBe(true)
})

test('a restored home waits for so many members that not all of them can have missed a certified sum', async () => {
  // Three of four certify a sum: of any two of them, one has seen it.
  const engine = anEngineOn(restoredCopy())
  engine.compared(others[0]!, STUDIES)
  engine.compared(others[0]!, STUDIES)
  expect(await engine.isReady()).toBe(false)
  // In every study: each may hold a sum of the same patients.
  engine.compared(others[1]!, [STUDY])
  expect(await engine.isReady()).toBe(false)
  engine.compared(others[2]!, STUDIES)
  expect(await engine.isReady()).toBe(true)
})

test('a restored home that has caught up is the home from then on; one that has not stays an old copy', async () => {
  const copy = restoredCopy()
  anEngineOn(copy)
  const again = anEngineOn(copy)
  again.compared(others[0]!, STUDIES)
  expect(await again.isReady()).toBe(false)
  again.compared(others[1]!, STUDIES)
  expect(await again.isReady()).toBe(true)
  const later = anEngineOn(copy)
  later.compared(others[0]!, STUDIES)
  expect(await later.isReady()).toBe(true)
})

test('a home whose own document comes back from others is an old one, also where its file is the same', async () => {
  const db = home.open()
  const engine = anEngineOn(db)
  engine.compared(others[0]!, STUDIES)
  engine.cameBack({ id: 'ours', author: us, signature: '', body: { kind: 'commitment' } } as never)
  expect(await engine.isReady()).toBe(false)
  // A restart does not forget it.
  const again = anEngineOn(db)
  again.compared(others[0]!, STUDIES)
  expect(await again.isReady()).toBe(false)
})
