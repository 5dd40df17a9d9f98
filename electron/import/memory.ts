import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'

/** What a process that reads a file may take of the machine, all in all; of that, objects of the language. */
const MAX_RSS = 420 * 1024 * 1024
const MAX_HEAP_MB = 300
const LOOK_MS = 10

/** A thread of its own looks while the one that reads is busy: what it allocates at once is bounded by what fits into a moment. */
const WATCH = `
  const { workerData } = require('node:worker_threads')
  setInterval(() => {
    if (process.memoryUsage.rss() > workerData.most) process.kill(process.pid, 'SIGKILL')
  }, workerData.every)
`

/** Ends this process, without a word, once it takes more memory than reading any file may. Whoever started it says what that means. */
export function limitMemory(): void {
  setFlagsFromString(`--max-old-space-size=${MAX_HEAP_MB}`)
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 }
  new Worker(WATCH, {
    eval: true,
    resourceLimits,
    workerData: { most: MAX_RSS, every: LOOK_MS },
  }).unref()
}
