/** Units of a hidden layer that move with the same rows of a minibatch. */
export interface Crowd {
  /** One bit for each row of the minibatch. */
  readonly rows: Uint32Array
  readonly units: readonly number[]
}

/**
 * Merges units whose sets of rows differ by fewer than `fewest` of those that count, so that no difference of two units rests
 * on fewer: differencing, as statistical offices call it (Hundepool et al. 2012). A merged crowd moves with the rows that all
 * its units have in common. The first crowd is that of no rows: units of fewer rows fall to it, and units that with another
 * leave out, or share, fewer than `fewest`. Afterwards any two crowds differ by at least `fewest` rows that count.
 */
export function mergeUnits(
  sets: readonly Uint32Array[],
  counting: Uint32Array,
  fewest: number,
): readonly Crowd[] {
  let crowds: readonly Crowd[] = sets.map((rows, unit) => ({ rows, units: [unit] }))
  for (;;) {
    const merged = mergeOnce(crowds, counting, fewest)
    if (!merged.changed) return merged.crowds
    crowds = merged.crowds
  }
}

/** A set with room for so many rows, and none in it. */
export function emptySet(height: number): Uint32Array {
  return new Uint32Array(Math.ceil(height / 32))
}

export function addRow(set: Uint32Array, row: number): void {
  set[row >>> 5] = ((set[row >>> 5] ?? 0) | (1 << (row & 31))) >>> 0
}

export function hasRow(set: Uint32Array, row: number): boolean {
  return (((set[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1
}

interface Growing {
  readonly first: Uint32Array
  readonly common: Uint32Array
  readonly units: number[]
}

function mergeOnce(crowds: readonly Crowd[], counting: Uint32Array, fewest: number) {
  const none = new Uint32Array(counting.length)
  const grown: Growing[] = [{ first: none, common: none.slice(), units: [] }]
  let changed = false
  for (const { rows, units } of crowds) {
    const near = nearest(grown, rows, counting, fewest)
    if (near === null) grown.push({ first: rows, common: rows.slice(), units: [...units] })
    else changed = join(near, rows, units) || changed
  }
  return { changed, crowds: grown.map(({ common, units }) => ({ rows: common, units })) }
}

/** Whether anybody's rows became fewer by it. */
function join({ common, units }: Growing, rows: Uint32Array, joining: readonly number[]): boolean {
  let changed = false
  for (const unit of joining) units.push(unit)
  for (let w = 0; w < common.length; w++) {
    const kept = ((common[w] as number) & (rows[w] as number)) >>> 0 // safe: as long as all sets
    if (kept !== rows[w] || kept !== common[w]) changed = true
    common[w] = kept
  }
  return changed
}

/** The crowd that a set must fall to; null where it may stand alone. */
function nearest(
  grown: readonly Growing[],
  rows: Uint32Array,
  counting: Uint32Array,
  fewest: number,
): Growing | null {
  let clashes = false
  for (let i = 0; i < grown.length; i++) {
    const { first } = grown[i] as Growing // safe: below the length
    if (apart(first, rows, counting, fewest) < fewest) return grown[i] as Growing
    if (i === 0 || clashes) continue
    // Nearly each other's complement: with a unit of all rows, their sum tells the few that are over.
    const over = alike(first, rows, counting, fewest)
    clashes = over > 0 && over < fewest
  }
  return clashes ? (grown[0] ?? null) : null
}

/** How many rows that count are in one of two sets alone; counts no further than `most`. */
function apart(a: Uint32Array, b: Uint32Array, counting: Uint32Array, most: number): number {
  let count = 0
  for (let w = 0; w < a.length && count < most; w++) {
    let bits = ((a[w] as number) ^ (b[w] as number)) & (counting[w] as number) // safe: as long as all sets
    for (; bits !== 0 && count < most; bits &= bits - 1) count += 1
  }
  return count
}

/** How many rows that count are in both sets or in neither; counts no further than `most`. */
function alike(a: Uint32Array, b: Uint32Array, counting: Uint32Array, most: number): number {
  let count = 0
  for (let w = 0; w < a.length && count < most; w++) {
    let bits = ~((a[w] as number) ^ (b[w] as number)) & (counting[w] as number) // safe: as long as all sets
    for (; bits !== 0 && count < most; bits &= bits - 1) count += 1
  }
  return count
}
