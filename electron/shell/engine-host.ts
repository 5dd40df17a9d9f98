import * as v from 'valibot'
import { FromEngine, type ToEngine } from '#engine/control.ts'
import type { Log } from '#engine/ports.ts'
import type { Child, Children } from './children.ts'
import { createEngineChildren } from './engine-children.ts'
import { keychainKind, useKeychain } from './keychain.ts'
import { createLinks, type Link } from './links.ts'
import { createSupervisor, type Standing } from './supervisor.ts'

const CLOSE_LIMIT_MS = 30_000

export interface EngineHostPorts {
  readonly children: Children
  /** The home folder; null for this account's usual one. */
  readonly home: string | null
  readonly listen: readonly string[]
  readonly build: string
  readonly after: (ms: number, call: () => void) => () => void
  readonly now: () => number
  readonly log: Log
  readonly onStanding: (standing: Standing & { readonly trainerDeaths: number }) => void
}

type Before = Extract<ToEngine, { do: 'start' }>['before']

/** What an engine's process is told first. */
function startOf({ home, listen, build, children }: EngineHostPorts, before: Before): ToEngine {
  const { ports } = children
  return { do: 'start', home, build, listen: [...listen], keychain: keychainKind(), ports, before }
}

/** The engine's process as the window's process keeps it: started, fed, started again after a crash, and ended. */
export function createEngineHost(ports: EngineHostPorts) {
  const { children, log, onStanding } = ports
  const links = createLinks(children.ports)
  const beside = createEngineChildren(children)
  let before: Before = null
  let trainerDeaths = 0
  let studies = 0
  const report = (standing: Standing) => onStanding({ ...standing, trainerDeaths })
  const supervisor = createSupervisor({
    ...ports,
    start: () => children.start('engine'),
    onStart: (child) => child.onMessage((message) => hear(child, message)),
    onStanding: (standing) => {
      if (standing.state === 'restarting' || standing.state === 'failed') gone(standing)
      report(standing)
    },
  })

  function gone({ restarts }: Standing): void {
    log('error', 'engine-died', { restarts })
    links.dropAll()
    beside.killAll()
  }

  function start(child: Child): void {
    child.send(startOf(ports, before))
    supervisor.ready()
  }

  /** What was open is opened again after a crash; while it is being opened nothing is known to be right. */
  function remember({ stage, passphrase }: { stage: string; passphrase: string | null }): void {
    if (stage === 'opening') return
    before = passphrase === null ? null : { passphrase, locked: stage === 'locked' }
  }

  function mournTrainer(): void {
    trainerDeaths++
    log('error', 'trainer-died', { deaths: trainerDeaths })
    report(supervisor.standing())
  }

  const hear = createHearing({
    ...{ log, links, beside, start, remember, mournTrainer },
    takePart: (now) => void (studies = now),
  })

  return {
    launch: supervisor.launch,
    retry: supervisor.retry,
    standing: () => ({ ...supervisor.standing(), trainerDeaths }),
    /** How many studies need this machine, as the engine said last. */
    studies: () => studies,
    /** A way to the engine for a window, or null while there is none. */
    open(): Link | null {
      const child = supervisor.child()
      return child && supervisor.standing().state === 'running' ? links.open(child) : null
    },
    tell(message: Extract<ToEngine, { do: 'power' | 'idle' }>): void {
      supervisor.child()?.send(message)
    },
    /** Ends when the database is closed. */
    close: () => supervisor.close((child) => child.send({ do: 'close' } satisfies ToEngine), CLOSE_LIMIT_MS),
  }
}

interface Hearers {
  readonly log: Log
  readonly links: ReturnType<typeof createLinks>
  readonly beside: ReturnType<typeof createEngineChildren>
  readonly start: (child: Child) => void
  readonly remember: (change: Extract<FromEngine, { say: 'changed' }>) => void
  readonly mournTrainer: () => void
  readonly takePart: (studies: number) => void
}

/** Does what the engine's process says. What is not a message of ours is noted and dropped. */
function createHearing({ log, links, beside, start, remember, mournTrainer, takePart }: Hearers) {
  function answerKeychain(child: Child, { id, act, text }: Extract<FromEngine, { say: 'keychain' }>): void {
    child.send({ do: 'keychain', id, text: useKeychain(act, text) } satisfies ToEngine)
  }

  function act(child: Child, message: FromEngine): void {
    if (message.say === 'ready') start(child)
    else if (message.say === 'changed') remember(message)
    else if (message.say === 'carry') links.hear(message.link, message.message)
    else if (message.say === 'unlink') links.drop(message.link)
    else if (message.say === 'keychain') answerKeychain(child, message)
    else hearOfChild(child, message)
  }

  function hearOfChild(child: Child, message: FromEngine): void {
    if (message.say === 'child') beside.start(child, message.id, message.program)
    else if (message.say === 'kill-child') beside.kill(message.id)
    else if (message.say === 'trainer-died') mournTrainer()
    else if (message.say === 'taking-part') takePart(message.studies)
  }

  return (child: Child, message: unknown): void => {
    const parsed = v.safeParse(FromEngine, message)
    if (parsed.success) act(child, parsed.output)
    else log('warn', 'engine-said-nonsense')
  }
}
