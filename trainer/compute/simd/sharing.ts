/** Steps until it is looked again which way is quicker, and how many of them are for looking, each way. */
const PERIOD = 500
const LOOKS = 4

/** Whether steps of one shape are shared by threads: by measuring both ways now and then, for other programs want processors too. */
export interface Sharing {
  /** Whether the step that comes next is shared among so many threads. Another number of them is looked at anew. */
  among(threads: number): boolean
  /** That the step took so long. */
  took(ms: number): void
}

/** Measures the first steps of every period: some shared, some not. The first of each kind is not counted. */
export function createSharing(): Sharing {
  let team = 1
  let at = 0
  let times: number[] = []
  let isShared = false

  return {
    among(threads) {
      if (threads !== team) at = 0
      team = threads
      if (threads === 1) return false
      return at < 2 * LOOKS ? at < LOOKS : isShared
    },
    took(ms) {
      if (at === 0) times = []
      if (at < 2 * LOOKS) times.push(ms)
      at = (at + 1) % PERIOD
      if (at === 2 * LOOKS) isShared = middle(times.slice(1, LOOKS)) < middle(times.slice(LOOKS + 1))
    },
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity
}
