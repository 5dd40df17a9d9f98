import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Workspace } from './workspace.ts'

/** The most threads that a team has: beyond, memory is what limits. */
const MOST = 8
/** Where the first helper looks, and how far apart they look: calls so far, list, length, whether it is there. */
const FIRST = 128
const APART = 64
const GATHER_TURNS = 100
const GATHER_MS = 10

/** Below this, nothing in the kernels' memory is anybody's but the team's. */
export const TEAM_END = FIRST + APART * MOST

/** A list of calls for each thread of a team, in the kernels' memory. */
export type Lists = readonly { readonly at: number; readonly calls: number }[]

/** A helper's whole program: the same kernels in the same memory. It never comes back; its process's end is its own. */
const HELPER = `
  const { module, memory, place } = require('node:worker_threads').workerData
  new WebAssembly.Instance(module, { env: { memory } }).exports.help(place)
`

/** This thread and helpers beside it, which begin when they are first wished for and are counted once they are there. */
export function createTeam(space: Workspace, most: () => number) {
  const places: number[] = []
  const mayWait = isWaitAllowed()

  function begin(helpers: number): void {
    while (places.length < helpers) {
      const place = FIRST + APART * places.length
      places.push(place)
      const { module, memory } = space
      // Without a helper that could not start, the others compute.
      new Worker(HELPER, { eval: true, workerData: { module, memory, place } })
        .on('error', () => undefined)
        .unref()
    }
  }

  const wanted = () => (mayWait ? Math.min(most(), MOST) : 1)

  function size(): number {
    begin(wanted() - 1)
    const here = places.findIndex((place) => Atomics.load(space.words(place, 4), 3) === 0)
    return here === -1 ? wanted() : Math.min(1 + here, wanted())
  }

  return {
    /** How many threads compute now. Helpers that are there stay there. */
    size,
    /** Waits for helpers, but not for long: some may never come. */
    async gather(): Promise<void> {
      for (let i = 0; i < GATHER_TURNS && size() < wanted(); i++) await setTimeout(GATHER_MS)
    },
    /** Does lists, one for each of so many threads. The lists themselves say where threads wait for each other. */
    run(lists: Lists): void {
      for (const [i, { at, calls }] of lists.entries()) {
        if (i === 0) continue
        const words = space.words(FIRST + APART * (i - 1), 4)
        words[1] = at
        words[2] = calls
        Atomics.add(words, 0, 1)
        Atomics.notify(words, 0)
      }
      const [own] = lists
      if (own) space.run(own.at, own.calls)
    },
  }
}

/** Not every program lets its first thread wait for another one. */
function isWaitAllowed(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1)
    return true
  } catch {
    return false
  }
}
