/** Steps until it is looked again which way is quicker, and how many of them are for looking, each way. */
const PERIOD = 500
const LOOKS = 5
/** Sharing must gain so much, for it takes processors from others. */
const GAIN = 0.85
/** How much of the running mean of shared steps a new one is. */
const FRESH = 0.1

/** Whether steps of one shape are shared by threads: by measuring both ways now and then, for other programs want processors too. */
export interface Sharing {
  /** Whether the step that comes next is shared among so many threads. Another number of them is looked at anew. */
  among(threads: number): boolean
  /** That the step took so long. */
  took(ms: number): void
}

/**
 * Measures the first steps of every period: some shared, some not; the first of each kind is not counted. Sharing ends
 * before the period does when its steps become as slow as those that were not shared.
 */
export function createSharing(): Sharing {
  let team = 1
  let at = 0
  let times: number[] = []
  let alone = 0
  let mean = 0
  let isShared = false

  function judge(): void {
    const shared = middle(times.slice(1, LOOKS))
    alone = middle(times.slice(LOOKS + 1))
    mean = shared
    isShared = shared < GAIN * alone
  }

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
      else if (isShared) {
        mean += FRESH * (ms - mean)
        isShared = mean < alone
      }
      at = (at + 1) % PERIOD
      if (at === 2 * LOOKS) judge()
    },
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity
}
