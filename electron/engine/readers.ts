import type { Cell, Source } from '#domain/dataset.ts'
import { USUAL } from '#domain/naming.ts'
import type { Variable } from '#domain/variable.ts'
import { lookup, missingTest, toNumber } from './cells.ts'

/** Reads a cell: a number of the study's, NaN for missing, or null for a value that the mapping does not name. */
export type Reader = (cell: Cell) => number | null

/** Yes and no as they are written where a mapping names no values of its own. */
const YES_NO = Object.entries(USUAL).map(([text, answer]) => [text, answer === 'yes' ? 1 : 0] as const)

/** How one variable is read from its column, as the mapping declares. */
export function variableReader(variable: Variable, source: Source): Reader {
  const missing = missingTest(source.missingCodes)
  const read = valueReader(variable, source)
  return (cell) => (missing(cell) ? NaN : read(cell))
}

function valueReader(variable: Variable, source: Source): Reader {
  if (variable.type === 'number') return numberReader(source.scale)
  if (variable.type === 'boolean') return booleanReader(source)
  const { categories } = variable
  const names = categories.map((name, index) => [name, index] as const)
  const index = lookup(names)
  const unlisted = (source.unlisted ?? []).map((text) => [text, categories.length] as const)
  const find = namedOf([...unlisted, ...translated(source.values, index)], names)
  return (cell) => find(cell) ?? null
}

/** With values of its own a mapping takes nothing else for yes and no than these and the two words themselves. */
function booleanReader({ values }: Source): Reader {
  if (!values) {
    const answer = lookup(YES_NO)
    return (cell) => answer(cell) ?? null
  }
  const words = [
    ['yes', 1],
    ['no', 0],
  ] as const
  const find = namedOf(translated(values, lookup(YES_NO)), words)
  return (cell) => find(cell) ?? null
}

type Entry = readonly [string, number]

/** What our own values stand for; one that is translated into no name of the study stays unnamed. */
function translated(values: Source['values'], nameOf: (cell: Cell) => number | undefined): Entry[] {
  return Object.entries(values ?? {}).flatMap(([ours, theirs]) => {
    const found = nameOf(theirs)
    return found === undefined ? [] : [[ours, found] as const]
  })
}

/** Looks a cell up among what the mapping names, and then among the study's own names. */
function namedOf(own: readonly Entry[], names: readonly Entry[]): (cell: Cell) => number | undefined {
  const [first, then] = [lookup(own), lookup(names)]
  return (cell) => first(cell) ?? then(cell)
}

/** Numbers in the study's unit; null for what is no number. */
export function numberReader(scale: Source['scale']): Reader {
  const { factor, offset } = scale ?? { factor: 1, offset: 0 }
  return (cell) => {
    const value = toNumber(cell)
    return Number.isNaN(value) ? null : value * factor + offset
  }
}

/** Classes of an outcome by their place in the study's list. */
export function classReader(classes: readonly string[], values: Record<string, string>): Reader {
  const names = classes.map((name, index) => [name, index] as const)
  const find = namedOf(translated(values, lookup(names)), names)
  return (cell) => find(cell) ?? null
}
