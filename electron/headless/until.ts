import { once } from 'node:events'
import { Socket } from 'node:net'
import type { Engine } from '#engine/engine.ts'

const CHECK_MS = 1000
/** Others may still fetch the last documents from us for so long. */
const LINGER_MS = 20_000

/** Resolves when the operating system or a person asks this process to stop. */
export async function untilSignal(): Promise<void> {
  await Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => once(process, signal)))
}

/** Resolves when whoever started this process closes its input, which the system does for one that was killed. */
export async function untilInputEnds(): Promise<void> {
  const { stdin } = process
  const ends = ['end', 'close', 'error'].map(
    (event) => new Promise<void>((resolve) => stdin.once(event, () => resolve())),
  )
  stdin.resume()
  // Whatever else ends this process need not wait for its input.
  if (stdin instanceof Socket) stdin.unref()
  await Promise.race(ends)
}

/** Resolves some time after all studies are at their end here and were judged; never before there is one. */
export async function untilFinished({ handlers, on }: Engine): Promise<void> {
  // Looked at again only when a study has changed: where many share a process, looking costs as much as a round.
  let hasChanged = true
  const stop = on(({ event }) => void (hasChanged ||= event === 'studies.changed'))
  for (;;) {
    await pause(CHECK_MS)
    if (!hasChanged) continue
    hasChanged = false
    const studies = await handlers['studies.list'](null)
    const done = await Promise.all(studies.map((one) => isDone(one.id, one.state)))
    if (studies.length > 0 && done.every(Boolean)) break
  }
  stop()
  await pause(LINGER_MS)

  async function isDone(study: string, state: string): Promise<boolean> {
    if (state === 'left') return true
    const { modelHash, shared } = await handlers['results.get']({ study })
    return state === 'finished' && (modelHash === null || shared !== null)
  }
}

/** Keeps no process that has nothing else to do: one that was stopped ends at once. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
