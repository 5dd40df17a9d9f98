import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { MadeHome } from './home.ts'

const PROGRAM = path.join(import.meta.dirname, 'host-process.ts')
const START_MS = 120_000

/** A running engine with its pages. */
export interface RunningHost {
  readonly link: string
  /** The longest stall of its event loop since this was last asked, and its memory now. */
  readonly look: () => Promise<{ readonly stallMs: number; readonly memoryMb: number }>
  readonly close: () => Promise<void>
}

/** Starts the engine of a home in a process of its own. */
export async function startHostProcess({ home, passphraseFile }: MadeHome): Promise<RunningHost> {
  const child = fork(PROGRAM, [home, passphraseFile], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const signal = AbortSignal.timeout(START_MS)
  const [said] = (await once(child, 'message', { signal })) as [{ link: string }] // what the program says first
  return {
    link: said.link,
    async look() {
      const answer = once(child, 'message', { signal: AbortSignal.timeout(START_MS) })
      child.send('look')
      const [figures] = (await answer) as [{ stallMs: number; memoryMb: number }] // what it answers
      return figures
    },
    async close() {
      const gone = once(child, 'exit')
      child.send('close')
      const kill = setTimeout(() => child.kill('SIGKILL'), START_MS)
      await gone
      clearTimeout(kill)
    },
  }
}
