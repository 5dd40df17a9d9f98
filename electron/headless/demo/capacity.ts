import { availableParallelism } from 'node:os'
import { AppError } from '#domain/errors.ts'

const MB = 2 ** 20
/** Measured with the product's samples: the demo itself, a process of several hospitals, and each hospital in it or alone. */
const DEMO = 250 * MB
const HOUSEHOLD = 200 * MB
const HOSPITAL = 100 * MB
const ALONE = 450 * MB
/** So many times its file a table takes at its hospital while it is read and trained on. */
const TABLE = 12
/** A demo leaves this share of the free memory to others. */
const LEFT = 0.1
/** A study has no more members. */
const MOST = 50
/** So many hospitals have a process each where there is room. */
const FEW = 8

/**
 * How many hospitals share a process: a few have one each, of many as many share one as keep every processor core at work, and
 * all do where memory is short. `tables` are the sizes of their files, in bytes. Throws 'not-available' at once where so many do
 * not fit, with the number that does.
 */
export function sharingThatFits(
  tables: readonly number[],
  { together, free = process.availableMemory() }: { together?: number; free?: number },
): number {
  const usual = (hospitals: number) =>
    hospitals <= FEW ? 1 : Math.ceil(hospitals / Math.max(2, availableParallelism()))
  const ways = (hospitals: number) => (together === undefined ? [usual(hospitals), hospitals] : [together])
  const fits = (hospitals: number) =>
    hospitals <= MOST &&
    ways(hospitals).find((one) => needed(tables.slice(0, hospitals), one) <= free * (1 - LEFT))
  const found = fits(tables.length)
  if (found) return found
  const most = tables.map((_, i) => tables.length - i).find((hospitals) => fits(hospitals)) ?? 0
  throw new AppError('not-available', refusal(tables.length, most, free))
}

/** Memory that so many hospitals take with these tables, in bytes. */
function needed(tables: readonly number[], together: number): number {
  const files = tables.reduce((sum, size) => sum + TABLE * size, 0)
  if (together < 2) return DEMO + tables.length * ALONE + files
  return DEMO + Math.ceil(tables.length / together) * HOUSEHOLD + tables.length * HOSPITAL + files
}

function refusal(asked: number, most: number, free: number): string {
  if (asked > MOST && most >= MOST)
    return `a study has at most ${MOST} hospitals, and these are ${asked}: ask for --hospitals ${MOST}`
  const memory = `${Math.round(free / MB)} MB of memory are free`
  const can =
    most < 3
      ? 'which is too little for a demo: a study has three hospitals at least'
      : `in which ${most} hospitals fit, not ${asked}: ask for --hospitals ${most}`
  return `${memory} on this machine, ${can}`
}
