import type { Concept, NumericResult } from './reports.ts'

const LONGEST = 200

interface Column {
  readonly label: string
  /** All codes on the way, for where meanings leave a doubt. */
  readonly codes: string
  readonly behind: string
  readonly unit: string
}

/** Columns for the numbers of structured reports, each known by its path of concepts and its unit. */
export function createResultColumns() {
  const columns = new Map<string, Column>()

  /** The columns of one report's numbers, in their order; one that comes again is counted on. */
  function keysOf(results: readonly NumericResult[]): string[] {
    const times = new Map<string, number>()
    return results.map(({ path, unit }) => {
      const steps = path.map((step) => [step, ...step.modifiers].map((one) => keyOfConcept(one)))
      const base = JSON.stringify([steps, unit])
      const time = (times.get(base) ?? 0) + 1
      times.set(base, time)
      const key = `${time} ${base}`
      if (!columns.has(key)) columns.set(key, columnOf({ path, unit }, time))
      return key
    })
  }
  /** Names by which a person knows them, of their meanings; where two would have the same, with their codes. */
  function names(): Map<string, string> {
    const plain = [...columns].map(([key, { label, behind }]) => [key, cut(label + behind)] as const)
    const uses = new Map<string, number>()
    for (const [, name] of plain) uses.set(name, (uses.get(name) ?? 0) + 1)
    return new Map(
      plain.map(([key, name]) => [key, (uses.get(name) ?? 0) > 1 ? coded(columns.get(key), name) : name]),
    )
  }
  return { keysOf, names, unitOf: (key: string) => columns.get(key)?.unit ?? null }
}

function columnOf({ path, unit }: Pick<NumericResult, 'path' | 'unit'>, time: number): Column {
  const said = ({ meaning, code }: Concept) => meaning || code
  const label = path.map(
    (step) =>
      said(step) +
      (step.modifiers.length > 0 ? ` [${step.modifiers.map((one) => said(one)).join(', ')}]` : ''),
  )
  const codes = path
    .flatMap((step) => [step, ...step.modifiers])
    .map(({ scheme, code }) => `${scheme} ${code}`)
  const behind = `${unit !== '' && unit !== '1' ? ` (${unit})` : ''}${time > 1 ? ` ${time}` : ''}`
  return { label: label.join(' > '), codes: codes.join(' > '), behind, unit: unit.slice(0, 40) }
}

function coded(column: Column | undefined, name: string): string {
  return column ? cut(`${column.label} {${column.codes}}${column.behind}`) : name
}

/** The end of a long name says what was measured. */
function cut(name: string): string {
  return name.length > LONGEST ? `…${name.slice(1 - LONGEST)}`.toWellFormed() : name
}

function keyOfConcept({ code, scheme, meaning }: Concept): string[] {
  return [scheme, code, meaning.toLowerCase().replace(/\s+/g, ' ').trim()]
}
