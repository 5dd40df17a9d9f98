import { fileURLToPath } from 'node:url'
import type { Channel } from '#trainer/client.ts'
import { forkProgram } from '#trainer/fork.ts'

const PROGRAM = fileURLToPath(new URL('../import/process.ts', import.meta.url))

/** Little room for new objects: a file of thousands of columns would else fill the memory it may have with what nobody needs any more. */
const YOUNG = ['--max-semi-space-size=8']

/** A process under Node that reads one file. */
export function forkReader(): Channel {
  return forkProgram(PROGRAM, YOUNG)
}
