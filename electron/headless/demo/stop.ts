import { isAlive } from '../starter-watch.ts'

const STOP_MS = 15_000

/** Asks processes to stop, ends those that have not after a while, and forgets them. */
export async function stopAll(pids: number[]): Promise<void> {
  for (const pid of new Set(pids)) signal(pid, 'SIGTERM')
  const until = Date.now() + STOP_MS
  while (pids.some(isAlive) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50))
  for (const pid of pids) signal(pid, 'SIGKILL')
  pids.length = 0
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended already.
  }
}
