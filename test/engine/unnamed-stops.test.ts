import { afterEach, expect, test } from 'vitest'
import { outcomeReader } from '#engine/outcome-readers.ts'
import { aMapping } from './a-study.ts'
import { aDraft, aTable } from './chest-pain.ts'
import { closeAll, importText } from './hospital.ts'
import { knowingTwo } from './knowing.ts'

afterEach(closeAll)

/** The table with the cell of one patient, among two hundred, replaced. */
function withOne(place: number, cell: string): string {
  const lines = aTable(1, 200).split('\n')
  const cells = lines[77]!.split(',')
  return lines.with(77, cells.with(place, cell).join(',')).join('\n')
}

const outcome = (positive: string[]) =>
  aMapping({ outcome: { rule: 'equals', column: 'num', positive, negative: ['0'] } })

test('one value that nobody named, of the outcome or of a category, stops the mapping until a person says what it means', async () => {
  const { a, members } = await knowingTwo()
  const { id: study } = await a.call('studies.propose', aDraft(members))
  const save = async (table: string, mapping: ReturnType<typeof aMapping>) => {
    const { id: dataset } = await importText(a, 'patients', table)
    return a.call('mappings.save', { study, dataset, mapping })
  }
  const stopped = { code: 'mapping-bad' }
  await expect(save(withOne(3, '9'), outcome(['1', '2', '3']))).rejects.toMatchObject(stopped)
  await save(withOne(3, '9'), outcome(['1', '2', '3', '9']))
  await expect(save(withOne(2, '7'), aMapping())).rejects.toMatchObject(stopped)
  await save(aTable(1, 200), aMapping())
}, 60_000)

test('a number that tables write for "not known", far from all others and outside the range, is no outcome', () => {
  const outcome = { task: 'regression', name: 'days', label: '', unit: null, low: 0, high: 60 } as const
  const source = { rule: 'number', column: 'days', scale: null } as const
  const cells = [3, 10, 21, 30, 999]
  const reader = outcomeReader(outcome, source, () => cells)!
  expect(cells.map((cell) => reader.read([cell]).unnamed?.cell ?? null)).toEqual([
    null,
    null,
    null,
    null,
    999,
  ])
})
