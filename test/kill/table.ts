import { percentile } from '../bench/bench.ts'
import { describePlace } from './cases.ts'
import type { Ending } from './runs.ts'

const header = [
  'entry',
  'runs',
  'exact',
  'repeated',
  'void',
  'held',
  'others go on, p50 / p95 (s)',
  'back, p50 / p95 (s)',
]

/** The endings as a table for people, one line for each place and one for each fault. */
export function tableOf(endings: readonly Ending[]): string {
  const places = Map.groupBy(endings, ({ what }) =>
    what.lastingMs ? `${what.fault}, ${what.lastingMs / 1000} s long` : describePlace(what),
  )
  const faults = Map.groupBy(endings, ({ what }) => `all: ${what.fault}`)
  const lines = [...places]
    .toSorted(([a], [b]) => order(a) - order(b))
    .concat([...faults], [['all', [...endings]]])
  const cells = [header, header.map((_, i) => (i === 0 ? '---' : '---:'))]
  for (const [name, list] of lines) cells.push(lineOf(name, list))
  return cells.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

const steps = [
  'proposal',
  'ready',
  'roster',
  'accepted',
  'committed',
  'revealed',
  'certified',
  'decided',
  'abandoned',
]

/** As a round goes: entry by entry, before and after, first the member. */
function order(place: string): number {
  const step = steps.findIndex((one) => place.includes(one))
  return 4 * step + (place.startsWith('after') ? 2 : 0) + (place.endsWith('proposer') ? 1 : 0)
}

function lineOf(name: string, endings: readonly Ending[]): string[] {
  const count = (outcome: Ending['outcome']) =>
    String(endings.filter((one) => one.outcome === outcome).length)
  const both = (values: readonly number[]) =>
    `${(percentile(values, 50) / 1000).toFixed(1)} / ${(percentile(values, 95) / 1000).toFixed(1)}`
  return [
    name,
    String(endings.length),
    ...[count('exact'), count('repeated'), count('void'), count('held')],
    both(endings.map((one) => one.restMs)),
    both(endings.map((one) => one.startMs + one.backMs)),
  ]
}
