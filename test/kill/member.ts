import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import type { Duplex as Pipe } from 'node:stream'
import * as v from 'valibot'
import type { Client } from '#contract/calls.ts'
import { connect } from '#contract/connect.ts'
import type { Duplex } from '#contract/wire.ts'
import { systemClock } from '#headless/clock.ts'
import { FromMember, type Point, Standing, type Start, STANDING_FD, type ToMember } from './points.ts'

const PROGRAM = path.join(import.meta.dirname, 'member-process.ts')
const START_MS = 90_000
const STOP_MS = 15_000

export interface MemberOptions extends Omit<Start, 'listen'> {
  readonly name: string
  /** Address at which the others reach it. */
  readonly address: string
  readonly port: number
  /** The network namespace to run in, or null. */
  readonly namespace: string | null
}

interface Running {
  readonly child: ChildProcess
  readonly client: Client
}

/** A hospital as a process that can be killed, stopped, and brought to stand still at an entry of a round. */
export function createMember(options: MemberOptions) {
  const { name, home, passphrase, namespace, address, port, computeMs } = options
  let running: Running | null = null
  let onStanding = (_where: Standing) => {}

  function now(): Running {
    if (!running) throw new Error(`${name} does not run`)
    return running
  }
  const tell = (message: ToMember) => void now().child.send(message, () => undefined)

  async function start(): Promise<void> {
    const listen = namespace === null ? [`/ip4/${address}/tcp/${port}`] : [`/ip4/0.0.0.0/tcp/${port}`]
    const start: Start = { home, passphrase, listen, computeMs }
    const child = launch(namespace, JSON.stringify(start), path.join(home, 'said.log'))
    const { duplex, started } = listenTo(child, name)
    running = { child, client: connect(duplex, systemClock.after) }
    const pipe = child.stdio[STANDING_FD] as Pipe // as launch asks for
    pipe.on('error', () => undefined)
    pipe.on('data', (data: Buffer) => onStanding(v.parse(Standing, JSON.parse(data.toString()))))
    await started
  }

  async function ended(signal: NodeJS.Signals): Promise<void> {
    if (!running) return
    const { child, client } = running
    running = null
    const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      // One that was stopped hears no other signal.
      child.kill('SIGCONT')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(late)
    }
    await client.close()
  }

  return {
    name,
    home,
    passphrase,
    start,
    call: ((...call: Parameters<Client['call']>) => now().client.call(...call)) as Client['call'],
    /** Resolves when the process stands still at this point; rejects when it has not within the limit. */
    async standingAt(point: Point, limitMs: number): Promise<Standing> {
      const standing = new Promise<Standing>((resolve, reject) => {
        onStanding = resolve
        setTimeout(
          () => reject(new Error(`${name} never came to stand ${point.side} ${point.entry}`)),
          limitMs,
        ).unref()
      })
      tell({ do: 'arm', point })
      return standing
    },
    /** Lets a process that stands still go on. */
    goOn: () => void (now().child.stdio[STANDING_FD] as Pipe).write('.'),
    cut: (on: boolean) => tell({ do: 'cut', on }),
    signal: (signal: 'SIGSTOP' | 'SIGCONT') => void now().child.kill(signal),
    /** kill -9. Resolves when the process is gone. */
    kill: () => ended('SIGKILL'),
    stop: () => ended('SIGTERM'),
    /** For the end of this process, when nothing can be waited for. */
    killAtOnce: () => void running?.child.kill('SIGKILL'),
  }
}

export type Member = ReturnType<typeof createMember>

function launch(namespace: string | null, start: string, log: string): ChildProcess {
  const out = openSync(log, 'a', 0o600)
  const [program, ...before] =
    namespace === null ? [process.execPath] : ['ip', 'netns', 'exec', namespace, process.execPath]
  const child = spawn(program, [...before, PROGRAM, start], {
    stdio: ['ignore', out, out, 'ipc', 'pipe'],
    serialization: 'advanced',
  })
  closeSync(out)
  return child
}

function listenTo(child: ChildProcess, name: string): { duplex: Duplex; started: Promise<void> } {
  let hear = (_message: unknown) => {}
  const started = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} did not start in time`)), START_MS)
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    child.on('message', (data) => {
      const message = v.parse(FromMember, data)
      if (message.say === 'carry') return hear(message.message)
      clearTimeout(late)
      resolve()
    })
  })
  started.catch(() => undefined)
  const duplex: Duplex = {
    send: (message) => void child.send({ do: 'carry', message } satisfies ToMember, () => undefined),
    onMessage: (listen) => void (hear = listen),
    onClose: (listen) => void child.once('exit', listen),
    close: () => undefined,
  }
  return { duplex, started }
}
