import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type MessagePortMain, utilityProcess } from 'electron'
import { childEnvironment } from '#domain/child-environment.ts'

/** A started process of ours. */
export interface Child {
  send(message: unknown, ports?: MessagePortMain[]): void
  onMessage(listen: (message: unknown) => void): void
  /** Called once when the process is gone, whatever the reason. */
  onExit(listen: (code: number) => void): void
  kill(): void
}

/** How processes are started. */
export interface Children {
  /** Whether ports of Electron can be sent to a child. */
  readonly ports: boolean
  start(program: 'engine' | 'trainer' | 'sample' | 'reader'): Child
}

/** Processes of Electron itself, from the programs in a folder. */
export function utilityChildren(folder: string): Children {
  return {
    ports: true,
    start(program) {
      const options = { serviceName: `Murmuration ${program}`, env: childEnvironment(process.env) }
      const child = utilityProcess.fork(path.join(folder, 'program.cjs'), [program], options)
      return {
        send: (message, ports) => child.postMessage(message, ports),
        onMessage: (listen) => void child.on('message', listen),
        onExit: (listen) => void child.once('exit', listen),
        kill: () => void child.kill(),
      }
    },
  }
}

/** Processes of a Node beside an Electron whose own Node is too old for the database. */
export function nodeChildren(node: string, folder: string): Children {
  return {
    ports: false,
    start(program) {
      const child = spawn(node, [path.join(folder, `${program}.mjs`)], {
        env: childEnvironment(process.env),
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        serialization: 'advanced',
        windowsHide: true,
      })
      child.on('error', () => undefined)
      return {
        send: (message) => void child.send(message as object, () => undefined), // safe: every message of ours is one
        onMessage: (listen) => void child.on('message', listen),
        onExit: (listen) => void child.once('close', (code) => listen(code ?? -1)),
        kill: () => void child.kill('SIGKILL'),
      }
    },
  }
}

/** Oldest Node inside Electron that loads the database: Node-API 10. */
const ENOUGH = 22

/**
 * The way that works here: a Node that was packed beside the app, else Electron's own processes, else, in development,
 * the Node that the starter named.
 */
export function chooseChildren(folder: string, packed: string, named: string | undefined): Children {
  if (existsSync(packed)) return nodeChildren(packed, folder)
  if (Number.parseInt(process.versions.node, 10) >= ENOUGH || named === undefined)
    return utilityChildren(folder)
  return nodeChildren(named, folder)
}
