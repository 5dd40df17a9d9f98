import { describe, expect, test } from 'vitest'
import type { Holdout } from '#domain/dataset.ts'
import { duplicatesIn } from '#engine/duplicates.ts'
import { holdoutOf } from '#engine/holdout.ts'
import { contentLevel, createFingerprint, PATIENTS, rowKeys } from '#engine/row-keys.ts'
import { aRowTable, draws, type Person } from './row-table.ts'

const secretOf = (byte: number) => new Uint8Array(32).fill(byte)
const breathe = async () => {}

/** The side of each row: those of a table with patients by them, otherwise by what stands in it. */
async function sidesOf(people: readonly Person[], holdout: Holdout, { named = true, secret = 7 } = {}) {
  const table = aRowTable(people, named)
  const level = named ? PATIENTS : contentLevel(table.names, false)
  const held = holdoutOf(holdout, await rowKeys(table, level, createFingerprint(secretOf(secret)), breathe))
  return people.map((_, row) => held(row))
}

const share = (part: number) => ({ kind: 'share', share: part }) as const

/** Patients with one to three visits each, and here and there a copy of a row. */
function aWard(seed: number, size: number): Person[] {
  const draw = draws(seed)
  return Array.from({ length: size }, (_, i) => {
    const visits = 1 + draw(3)
    const rows = Array.from({ length: visits }, () => ({ id: `p${seed}-${i}`, age: draw(90), dose: draw(5) }))
    return draw(4) === 0 ? [...rows, rows[0]!] : rows
  }).flat()
}

describe.each([true, false])('rows held out by share (patients named: %s)', (named) => {
  test('are the same again, about as many as declared, and more where the share is larger', async () => {
    const ward = aWard(1, 3_000)
    const [once, again, more] = await Promise.all(
      [share(0.3), share(0.3), share(0.4)].map((one) => sidesOf(ward, one, { named })),
    )
    expect(once).toEqual(again)
    const held = once!.filter(Boolean).length / ward.length
    expect(held).toBeGreaterThan(0.27)
    expect(held).toBeLessThan(0.33)
    expect(once!.every((side, row) => !side || more![row])).toBe(true)
  })

  test('never have a copy, or another row of their patient, among the rows to train on', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const ward = aWard(seed, 40)
      const sides = await sidesOf(ward, share(0.3), { named })
      const sideOf = new Map<string, boolean>()
      for (const [row, person] of ward.entries()) {
        const who = named ? person.id : JSON.stringify({ ...person, id: null })
        expect(sideOf.get(who) ?? sides[row]).toBe(sides[row])
        sideOf.set(who, sides[row]!)
      }
    }
  })

  test('stay on their side when rows are added, removed and put in another order', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const ward = aWard(seed, 40)
      const draw = draws(seed + 100)
      const changed = [...ward.filter(() => draw(5) > 0), ...aWard(seed + 500, 10)].toSorted(
        () => draw(3) - 1,
      )
      const before = new Map(
        (await sidesOf(ward, share(0.25), { named })).map((side, row) => [ward[row], side]),
      )
      const after = await sidesOf(changed, share(0.25), { named })
      for (const [row, person] of changed.entries()) {
        if (before.has(person)) expect(after[row]).toBe(before.get(person))
      }
    }
  })

  test('are others at another institution', async () => {
    const ward = aWard(3, 100)
    const here = await sidesOf(ward, share(0.5), { named })
    expect(await sidesOf(ward, share(0.5), { named, secret: 8 })).not.toEqual(here)
  })
})

test('rows named by number take the other rows of their patients with them, and nobody else', async () => {
  const ward = ['a', 'b', 'a', 'c', 'b'].map((id, i) => ({ id, age: i, dose: 1 }))
  expect(await sidesOf(ward, { kind: 'rows', rows: [1] })).toEqual([false, true, false, false, true])
  expect(await sidesOf(ward, { kind: 'rows', rows: [1] }, { named: false })).toEqual([
    false,
    true,
    false,
    false,
    false,
  ])
})

test('patients who stand in a table several times are said with their number, and rows equal by chance are not', () => {
  const said = (keys: number[], areNamed: boolean, columns = 14) =>
    duplicatesIn(Float64Array.from(keys), { areNamed, columns })?.detail ?? null
  expect(said([1, 2, 1, 1, 3], true, 3)).toContain('2 of 5 rows are further rows of patients')
  expect(said([1, 2, 1, 4, 3], false)).toContain('1 of 5 rows are copies')
  expect(said([1, 2, 1, 4, 3], false, 4)).toBeNull()
  expect(said([1, 2, 3], true)).toBeNull()
})
