import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '#domain/child-environment.ts'
import type { Channel } from './client.ts'

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url))

/** A process under Node with the trainer in it. */
export function forkTrainer(): Channel {
  return forkProgram(PROGRAM)
}

/** A program of ours in a process under the Node that runs this one. */
export function forkProgram(file: string, execArgv: readonly string[] = []): Channel {
  const child: ChildProcess = fork(file, [], {
    execArgv: [...execArgv],
    env: childEnvironment(process.env),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return {
    // A send that fails is followed by the process's end, which is what counts.
    send: (message) => void child.send(message, () => undefined),
    onMessage: (listen) => void child.on('message', listen),
    onExit: (listen) => {
      let told = false
      const once = () => {
        if (!told) listen()
        told = true
      }
      child.once('exit', once).once('error', once)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
