import { readdirSync, readFileSync } from 'node:fs'

const LOOK_MS = 20

/**
 * Watches the resident memory of the processes that this one starts and what it takes itself beyond now, in bytes; where the
 * system does not list processes, its own alone.
 */
export function watchFamily() {
  const own = process.memoryUsage.rss()
  let [most, mostStarted] = [0, 0]
  const timer = setInterval(() => {
    const grown = Math.max(0, process.memoryUsage.rss() - own)
    const started = childrenOf(process.pid).reduce((sum, id) => sum + memoryOf(id), 0)
    most = Math.max(most, grown + started)
    mostStarted = Math.max(mostStarted, started)
  }, LOOK_MS)
  return {
    most: () => most,
    /** The most that the started processes took together. */
    mostStarted: () => mostStarted,
    stop: () => clearInterval(timer),
  }
}

function childrenOf(id: number): number[] {
  try {
    const threads = readdirSync(`/proc/${id}/task`)
    const lists = threads.map((thread) => readFileSync(`/proc/${id}/task/${thread}/children`, 'utf8'))
    return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number))
  } catch {
    return []
  }
}

function memoryOf(id: number): number {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
