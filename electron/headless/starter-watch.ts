/** Where a program finds the number of the process that it is to end with. */
const NAME = 'MURMURATION_STARTER'
const LOOK_MS = 500

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The variable that a program of ours is started with that is to end with this process, whatever ends it. */
export function startedByUs(): Readonly<Record<string, string>> {
  return { [NAME]: String(process.pid) }
}

/**
 * Calls back once when the process is gone that started this one and said so in its variable, however it ended: within a second,
 * unless this one computes without a pause. Never calls back where nobody said so. Nothing waits for it.
 */
export function onStarterGone(gone: () => void): void {
  const starter = Number(process.env[NAME] ?? Number.NaN)
  if (!Number.isInteger(starter) || starter < 1) return
  const isOurs = process.ppid === starter
  const timer = setInterval(() => {
    // A process that nobody has waited for yet looks alive; its children have another parent by then.
    if (isAlive(starter) && (!isOurs || process.ppid === starter)) return
    clearInterval(timer)
    gone()
  }, LOOK_MS)
  timer.unref()
}
