import { FEW } from '#domain/floors.ts'

/** Rows that were in a sum which may have been opened, by their keys at one level: ascending, each once. */
export interface KeySet {
  readonly keys: Float64Array
  /** The fewest of our rows that a sum over such rows may single out. */
  readonly floor: number
}

/** One way to tell rows apart: what is asked for, row by row, and the sets before it. */
export interface Level {
  /**
   * What a key tells apart: rows; rows with what is used of a column; or those of these where something is, which is asked of
   * a single study only by `FEW`.
   */
  readonly of: 'rows' | 'values' | 'present'
  /** A key for each candidate row. Rows with the same key are one patient, or one content; NONE is no key. */
  readonly keys: Float64Array
  readonly sets: readonly KeySet[]
}

/** In the place of a key: the row has nothing at this level. */
export const NONE = -1

/** What of the candidate rows may be summed: 1 for each that may. */
export interface Allowed {
  readonly kept: Uint8Array
  /** Rows that were in no sum yet, too few to be let in: they wait. */
  readonly waiting: number
  /** Rows left out because too few others of their sums are missing now: they hide who those are. */
  readonly covering: number
  /** Rows left out because few values of a column are used in another way than before. */
  readonly differing: number
}

/**
 * The candidate rows that may be summed. Grouped by exactly which of the sets held them, the new one included, each group of
 * rows at every level then holds none or at least the floor: every integer combination of the sets' sums is constant on each group,
 * so that none rests on fewer rows. Where a group would be split too finely, more of it is left out, in the order of the keys,
 * which tells nothing of a row.
 */
export function allowedRows(levels: readonly Level[], floor: number): Allowed {
  const rows = levels[0]?.keys.length ?? 0
  const kept = new Uint8Array(rows).fill(1)
  const why = new Uint8Array(rows)
  const narrow = levels.map(narrowing)
  for (let changed = true; changed;) {
    changed = false
    for (const one of narrow) if (one(floor, kept, why)) changed = true
  }
  const count = (reason: number) => why.reduce((sum, one) => sum + Number(one === reason), 0)
  return { kept, waiting: count(WAITS), covering: count(COVERS), differing: count(DIFFERS) }
}

/** Leaves rows out at one level, as `drop` does; what earlier sums hold just so is not looked at further. */
function narrowing(level: Level): (floor: number, kept: Uint8Array, why: Uint8Array) => boolean {
  let view: View | null = null
  return (floor, kept, why) => {
    if (level.of !== 'rows' && isKnown(level, kept)) return false
    view ??= viewOf(level)
    return drop(view, floor, kept, why)
  }
}

const WAITS = 1
const COVERS = 2
const DIFFERS = 3

/** Whether one of the sets holds just these: then they say nothing new. */
function isKnown({ keys, sets }: Level, kept: Uint8Array): boolean {
  const own = uniqueOf(keys.filter((key, row) => kept[row] === 1 && key !== NONE))
  return sets.some((one) => one.keys.length === own.length && one.keys.every((key, i) => key === own[i]))
}

/** All elements of a level, ascending, with the group of each and the place of each candidate row among them. */
interface View extends Pick<Level, 'of'> {
  /** Beyond the last element for rows without a key. */
  readonly places: Uint32Array
  readonly groupOf: Uint32Array
  readonly groups: readonly Group[]
}

/** Elements that exactly the same sets held. */
interface Group {
  readonly size: number
  /** 0 for those that no set held. */
  readonly floor: number
}

function viewOf({ of, keys, sets }: Level): View {
  const own = uniqueOf(keys.filter((key) => key !== NONE))
  const all = sets.reduce((union, one) => merged(union, one.keys), own)
  const { groupOf, floors } = grouped(all, sets)
  const sizes = new Uint32Array(floors.length)
  for (const group of groupOf) sizes[group] = (sizes[group] ?? 0) + 1
  const groups = floors.map((floor, i) => ({ floor, size: sizes[i] ?? 0 }))
  return { of, places: placesOf(keys, all), groupOf, groups }
}

/** The group of each element, and the floor of each group: the highest of its sets. */
function grouped(all: Float64Array, sets: readonly KeySet[]) {
  let groupOf: Uint32Array = new Uint32Array(all.length)
  let floors = [0]
  for (const { keys, floor } of sets) {
    const next: number[] = []
    // The number of the group that is split off each: those of it that the set holds, and those that it does not.
    const split = new Map<number, number>()
    const finer = new Uint32Array(all.length)
    let at = 0
    for (let i = 0; i < all.length; i++) {
      const isIn = keys[at] === all[i]
      if (isIn) at++
      const group = groupOf[i] ?? 0
      const name = group * 2 + Number(isIn)
      let number = split.get(name)
      if (number === undefined) {
        const before = floors[group] ?? 0
        number = next.push(isIn ? Math.max(before, floor) : before) - 1
        split.set(name, number)
      }
      finer[i] = number
    }
    groupOf = finer
    floors = next
  }
  return { groupOf, floors }
}

/** Leaves rows out until no group of this level is split too finely. True where any had to go. */
function drop(view: View, floor: number, kept: Uint8Array, why: Uint8Array): boolean {
  const isIn = presentIn(view, kept)
  const counts = countsOf(view, isIn)
  const isAlone = view.groups.every((group, i) => group.floor === 0 || counts[i] === 0)
  const surplus = view.groups.map((group, i) => {
    const present = counts[i] ?? 0
    return view.of === 'present' ? fewOf(group, present, isAlone) : surplusOf(group, present, floor)
  })
  if (surplus.every((one) => one === 0)) return false
  takeOut(view, isIn, surplus)
  for (const [row, place] of view.places.entries()) {
    if (!kept[row] || isIn[place]) continue
    kept[row] = 0
    const isNew = view.groups[view.groupOf[place] ?? 0]?.floor === 0
    why[row] = view.of !== 'rows' ? DIFFERS : isNew ? WAITS : COVERS
  }
  return true
}

/** 1 for each element of which a row is kept. */
function presentIn({ places, groupOf }: View, kept: Uint8Array): Uint8Array {
  // One more for the rows without a key.
  const isIn = new Uint8Array(groupOf.length + 1)
  for (const [row, place] of places.entries()) if (kept[row]) isIn[place] = 1
  return isIn
}

/** How many elements of each group are present. */
function countsOf({ groupOf, groups }: View, isIn: Uint8Array): Uint32Array {
  const counts = new Uint32Array(groups.length)
  for (const [place, group] of groupOf.entries()) counts[group] = (counts[group] ?? 0) + (isIn[place] ?? 0)
  return counts
}

/** Takes so many elements of each group out, the first ones by their keys. */
function takeOut({ groupOf }: View, isIn: Uint8Array, surplus: number[]): void {
  for (const [place, group] of groupOf.entries()) {
    const left = surplus[group] ?? 0
    if (!isIn[place] || left === 0) continue
    isIn[place] = 0
    surplus[group] = left - 1
  }
}

/** How many of a group must stay out although they are there. */
function surplusOf(group: Group, present: number, floor: number): number {
  if (present === 0) return 0
  const within = Math.max(group.floor, floor)
  if (present < within) return present
  const missing = group.floor === 0 ? 0 : group.size - present
  if (missing === 0 || missing >= group.floor) return 0
  const more = group.floor - missing
  return present - more < within ? present : more
}

/** How many values of a group must stay out: those of a single study may be few, those of a difference not. */
function fewOf(group: Group, present: number, isAlone: boolean): number {
  if (group.floor === 0) return !isAlone && present < FEW ? present : 0
  const missing = group.size - present
  if (present === 0 || missing === 0) return 0
  const more = Math.max(0, FEW - missing)
  return present - more < FEW ? present : more
}

/** Ascending, each key once. */
export function uniqueOf(keys: Float64Array): Float64Array {
  const sorted = keys.toSorted()
  let length = 0
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue
    sorted[length++] = sorted[i] ?? 0
  }
  return sorted.slice(0, length)
}

/** The union of two ascending lists. */
function merged(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length)
  let [i, j, length] = [0, 0, 0]
  while (i < a.length || j < b.length) {
    const x = a[i] ?? Infinity
    const y = b[j] ?? Infinity
    both[length++] = Math.min(x, y)
    if (x <= y) i++
    if (y <= x) j++
  }
  return both.slice(0, length)
}

function placesOf(keys: Float64Array, all: Float64Array): Uint32Array {
  return Uint32Array.from(keys, (key) => {
    if (key === NONE) return all.length
    let [low, high] = [0, all.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((all[middle] ?? 0) < key) low = middle + 1
      else high = middle
    }
    return low
  })
}
