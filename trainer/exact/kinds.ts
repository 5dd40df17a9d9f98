import { AppError } from '#domain/errors.ts'
import type { Table, Task } from '#trainer/jobs.ts'

/** No value of a patient tells more than this, however finely it was measured: others may know how it was rounded. */
const MOST_BITS = 10
/** So many kinds of patients for each opened number: with 0.7 our attack read every row of 7 yes-or-no variables, with 1.2 none. */
const KINDS_FOR_EACH = 4

/**
 * How many bits a patient of ours is apart from others by the variables that are in the fit: the collision entropy (Rényi 1961),
 * found from pairs of our own rows that agree; of all variables together or one after another, whichever is less. Never more than
 * Shannon's. Little for variables that take few values, in whatever type they are declared.
 */
export function bitsOfARow(
  { variables }: Pick<Task, 'variables'>,
  { columns }: Pick<Table, 'columns'>,
  rows: Uint32Array,
): number {
  const all = variables.map((_, v) => Array.from(rows, (row) => String(columns[v]?.[row])))
  const single = all.reduce((sum, values) => sum + Math.min(MOST_BITS, collisionBits(values)), 0)
  const joint = Array.from(rows, (_, i) => all.map((values) => values[i]).join())
  return Math.min(single, new Set(joint).size < joint.length ? collisionBits(joint) : Infinity)
}

/** How many bits a patient can be apart from others at most, by what the variables are declared to be. */
export function bitsAtMost({ variables }: Pick<Task, 'variables'>): number {
  const valuesOf = (one: Task['variables'][number]) =>
    one.type === 'number' ? Infinity : one.type === 'boolean' ? 2 : one.categories.length
  return variables.reduce((sum, one) => sum + Math.min(MOST_BITS, Math.log2(valuesOf(one))), 0)
}

/** Whether patients of so many bits are of enough kinds for so many opened numbers. */
export function tellsEnoughKinds(bits: number, numbers: number): boolean {
  return 2 ** bits >= KINDS_FOR_EACH * numbers
}

/** Minus the logarithm of the chance that two rows agree; one pair is taken to, where none does. */
function collisionBits(values: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let agree = 0
  for (const count of counts.values()) agree += count * (count - 1)
  const pairs = values.length * (values.length - 1)
  return pairs > 0 ? Math.log2(pairs / Math.max(2, agree)) : 0
}

/**
 * Refuses an exact fit that opens too many numbers for the kinds of patients that its variables tell apart ('fit-refused'): how
 * many there are of each kind could be solved for, whatever the number of rows (the attack: row 13 of the bench).
 */
export function checkKinds(bits: number, numbers: number): void {
  if (tellsEnoughKinds(bits, numbers)) return
  const message =
    'The variables of this exact fit take so few values that its sums would tell how many patients there are of each kind. Propose a plan of averages, or variables that take more values.'
  throw new AppError('fit-refused', message)
}
