import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'
import { countLosses } from './known-losses.ts'
import { brokenTable, madeTable } from './made-tables.ts'
import { lostCells } from './told.ts'

test(
  'of 300 tables with odd things around them each is found as its maker knows it',
  { timeout: 120_000 },
  async () => {
    const wrong: string[] = []
    for (let seed = 1; seed <= 300; seed += 1) {
      const made = madeTable(seed)
      const { rows, names } = await readDirectly(made.text)
      const isRight = rows.length === made.rows && names.length === made.columns
      if (!isRight || (made.names && names.join() !== made.names.join())) wrong.push(made.name)
    }
    expect(wrong).toEqual([])
  },
)

test(
  'of 300 broken tables every cell is kept as it is written, or stands on a line that is listed',
  { timeout: 120_000 },
  async () => {
    let tables = 0
    for (let seed = 1; seed <= 300; seed += 1) {
      const lost = await lostCells(brokenTable(seed))
      if (lost) tables += 1
      expect([seed, lost ?? []]).toEqual([seed, []])
    }
    expect(tables).toBeGreaterThan(200)
  },
)

test(
  'cells in are cells kept and cells listed, whatever was changed in a file: 150 files, no crash, no silent loss',
  { timeout: 120_000 },
  async () => {
    const { cells, crashes, losses, refused } = await countLosses(1, 150)
    expect([crashes, losses]).toEqual([[], []])
    expect([cells > 10_000, refused < 50]).toEqual([true, true])
  },
)
