import { fileURLToPath } from 'node:url'
import type { Channel } from '#trainer/client.ts'
import { forkProgram } from '#trainer/fork.ts'

const PROGRAM = fileURLToPath(new URL('../import/process.ts', import.meta.url))

/** A process under Node that reads one file. */
export function forkReader(): Channel {
  return forkProgram(PROGRAM)
}
