import type { EngineName } from './compute/backends.ts'
import { createChooser } from './compute/choose.ts'
import type { JobName, Jobs } from './jobs.ts'
import { createJobs, type Progress } from './serve.ts'

/** How one call can be stopped and followed. */
export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** How jobs are asked for, wherever they run. */
export interface Trainer {
  /** Runs a job. Rejects with AppError, or with the signal's reason once it is aborted. */
  call<J extends JobName>(job: J, input: Jobs[J]['input'], options?: CallOptions): Promise<Jobs[J]['output']>
  /** Ends its process once nothing waits: what is asked next begins in a fresh one, with the same tables. */
  renew(): void
  close(): Promise<void>
}

/** The same jobs in this very process, for benches and tests: no crash is contained here. */
export function createDirectTrainer(wanted: EngineName | null = null): Trainer {
  const chooser = createChooser(wanted)
  const run = createJobs({ chooser, ticks: () => performance.now() })
  return {
    async call<J extends JobName>(job: J, input: Jobs[J]['input'], options: CallOptions = {}) {
      const signal = options.signal ?? new AbortController().signal
      const report = options.onProgress ?? (() => undefined)
      return (await run(job, input, { signal, report })) as Jobs[J]['output'] // safe: made by this job's handler
    },
    renew: () => undefined,
    close: chooser.close,
  }
}
