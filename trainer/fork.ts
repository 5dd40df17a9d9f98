import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Channel } from './client.ts'

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url))

/** A process under Node with the trainer in it. `node` is the program to run, by default the one that runs us, and `file` the trainer's. */
export function forkTrainer(node: string = process.execPath, file: string = PROGRAM): Channel {
  const child: ChildProcess = fork(file, [], {
    execPath: node,
    execArgv: [],
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
