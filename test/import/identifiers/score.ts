import type { IdentifierClass, IdentifierFinding } from '#domain/identifiers.ts'
import { readDirectly } from '../desk.ts'
import type { Sample } from './columns.ts'

/** Recall of a class, and how many columns that are none were blocked or warned of as it. */
export interface Score {
  readonly class: IdentifierClass
  readonly columns: number
  /** Named as this class. */
  readonly found: number
  /** Blocked or warned of, under whatever class. */
  readonly noticed: number
  readonly falseBlocks: number
  readonly falseWarnings: number
}

const TOGETHER = 40

/** Reads samples through the importer, forty columns to a file, and gives back the findings of each. */
export async function findingsOf(samples: readonly Sample[]): Promise<IdentifierFinding[][]> {
  const all: IdentifierFinding[][] = []
  for (let first = 0; first < samples.length; first += TOGETHER) {
    const some = samples.slice(first, first + TOGETHER)
    const rows = Math.max(...some.map(({ values }) => values.length))
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    const lines = [some.map(({ header }) => quoted(header))]
    for (let row = 0; row < rows; row += 1) lines.push(some.map(({ values }) => quoted(values[row] ?? '')))
    const table = await readDirectly(lines.map((line) => line.join(',')).join('\n'), 1 << 20, {
      dialect: { header: true, delimiter: ',' },
    })
    const names = table.preview?.columns.map(({ name }) => name) ?? []
    for (const name of names) all.push(table.identifiers.findings.filter(({ column }) => column === name))
  }
  return all
}

/** Counts hits and false alarms by class. */
export function scoresOf(
  samples: readonly Sample[],
  findings: readonly (readonly IdentifierFinding[])[],
): Score[] {
  const classes = [
    ...new Set(samples.flatMap((one) => one.class ?? []).concat(findings.flat().map((one) => one.class))),
  ]
  return classes.map((one) => {
    const places = samples.flatMap((sample, index) => (sample.class === one ? [index] : []))
    const none = samples.flatMap((sample, index) => (sample.class === null ? [index] : []))
    const alarms = (severity: IdentifierFinding['severity']) =>
      none.filter((index) =>
        findings[index]?.some((found) => found.class === one && found.severity === severity),
      ).length
    return {
      class: one,
      columns: places.length,
      found: places.filter((index) => findings[index]?.some((found) => found.class === one)).length,
      noticed: places.filter((index) => (findings[index]?.length ?? 0) > 0).length,
      falseBlocks: alarms('block'),
      falseWarnings: alarms('warn'),
    }
  })
}
