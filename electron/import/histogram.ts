import type { Histogram, Suspicion } from '#domain/profile.ts'

/** Counts of numbers as they come, in steps that widen as needed, and values that come very often. */
export interface Bars {
  add(value: number, count: number): void
  histogram(): Histogram | null
  quartiles(): [number, number, number] | null
  deviation(): number | null
  spikes(): Suspicion[]
  /** How many values lie below `from` or above `to`; nearly so where there were too many different ones to remember. */
  outside(from: number, to: number): number
}

/** Fine steps while counting; joined four to one in the end. */
const FINE = 128
const SHOWN = 32
const MAX_VALUES = 2000
const SPIKE_SHARE = 0.01
const SPIKE_ROWS = 5

// oxlint-disable-next-line max-lines-per-function -- one set of counts, read by short functions
export function createBars(): Bars {
  const counts = new Float64Array(FINE)
  let values: Map<number, number> | null = new Map()
  let [origin, step, low, high] = [0, 0, Infinity, -Infinity]
  // Welford, so that large means with small spreads stay exact.
  let [present, mean, squares] = [0, 0, 0]

  /** Doubles the steps, towards the side that is needed, until `value` is within. */
  function widen(value: number) {
    while (value < origin || value >= origin + step * FINE) {
      const below = value < origin
      const joined = Float64Array.from(
        { length: FINE / 2 },
        (_, i) => (counts[2 * i] ?? 0) + (counts[2 * i + 1] ?? 0),
      )
      counts.fill(0)
      counts.set(joined, below ? FINE / 2 : 0)
      if (below) origin -= step * FINE
      step *= 2
      if (!Number.isFinite(step)) return
    }
  }
  function place(value: number, count: number) {
    if (step === 0) {
      if (value === low && low === high) {
        counts[0] = (counts[0] ?? 0) + count
        return
      }
      begin(value)
    }
    widen(value)
    const bar = Math.min(FINE - 1, Math.floor((value - origin) / step))
    counts[bar] = (counts[bar] ?? 0) + count
  }
  /** The second value gives the first width; what was counted before it was all one value. */
  function begin(value: number) {
    const before = counts[0] ?? 0
    counts.fill(0)
    const first = value === low ? high : low
    step = Math.max(Math.abs(value - first), Math.abs(value) * 1e-9, 1e-300) / (FINE / 2)
    origin = Math.min(value, first)
    counts[Math.min(FINE - 1, Math.floor((first - origin) / step))] = before
  }
  function add(value: number, count: number) {
    if (values) values.set(value, (values.get(value) ?? 0) + count)
    if (values && values.size > MAX_VALUES) values = null
    low = Math.min(low, value)
    high = Math.max(high, value)
    place(value, count)
    present += count
    const apart = value - mean
    mean += (apart * count) / present
    squares += count * apart * (value - mean)
  }
  function histogram(): Histogram | null {
    if (present === 0) return null
    if (step === 0) return { low, high, counts: [present] }
    const used = Math.max(1, Math.ceil((high - origin) / step))
    const first = Math.max(0, Math.floor((low - origin) / step))
    const join = Math.max(1, Math.ceil((used - first) / SHOWN))
    const bars = Array.from({ length: Math.ceil((used - first) / join) }, () => 0)
    for (let bar = first; bar < FINE; bar += 1) {
      const index = Math.min(bars.length - 1, Math.floor((bar - first) / join))
      bars[index] = (bars[index] ?? 0) + (counts[bar] ?? 0)
    }
    const start = origin + first * step
    return { low: start, high: start + bars.length * join * step, counts: bars }
  }
  /** The first values up to which these shares of all lie. */
  function quantiles(shares: readonly number[]): number[] {
    const sorted = values ? [...values].toSorted((a, b) => a[0] - b[0]) : null
    return shares.map((share) => (sorted ? exactly(sorted, share * present) : nearly(share * present)))
  }
  function nearly(wanted: number): number {
    let sum = 0
    for (const [bar, count] of counts.entries()) {
      if (count > 0 && sum + count >= wanted)
        return Math.min(high, Math.max(low, origin + step * (bar + (wanted - sum) / count)))
      sum += count
    }
    return high
  }
  return {
    add,
    histogram,
    quartiles() {
      if (present === 0) return null
      const [first = low, middle = low, third = high] = quantiles([0.25, 0.5, 0.75])
      return [first, middle, third]
    },
    deviation: () => (present < 2 ? null : Math.sqrt(squares / (present - 1))),
    outside(from, to) {
      if (low >= from && high <= to) return 0
      if (values)
        return [...values].reduce((sum, [value, count]) => sum + (value < from || value > to ? count : 0), 0)
      return counts.reduce((sum, count, bar) => {
        const middle = origin + step * (bar + 0.5)
        return sum + (middle < from || middle > to ? count : 0)
      }, 0)
    },
    spikes: () => (values ? spikesIn(values, present) : []),
  }
}

function exactly(sorted: readonly (readonly [number, number])[], wanted: number): number {
  let sum = 0
  for (const [value, count] of sorted) if ((sum += count) >= wanted) return value
  return sorted.at(-1)?.[0] ?? Number.NaN
}

/** A value at the edge that comes often and lies apart from all others: cholesterol 0, age 999. */
function spikesIn(values: ReadonlyMap<number, number>, present: number): Suspicion[] {
  const sorted = [...values.keys()].toSorted((a, b) => a - b)
  if (sorted.length < 8) return []
  return [
    [sorted[0], sorted[1], sorted.at(-1)] as const,
    [sorted.at(-1), sorted.at(-2), sorted[0]] as const,
  ].flatMap(([edge = 0, next = 0, far = 0]) => {
    const rows = values.get(edge) ?? 0
    const span = Math.abs(far - next) / Math.max(sorted.length - 2, 1)
    const isApart = Math.abs(next - edge) > 5 * span || (edge === 0 && Math.abs(next) > 3 * span)
    if (!isApart || rows < SPIKE_ROWS || rows < present * SPIKE_SHARE) return []
    const detail = 'Many rows have one value that lies apart from all others: does it mean missing?'
    return [{ kind: 'spike' as const, value: edge, rows, detail }]
  })
}
