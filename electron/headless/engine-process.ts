/** The engine of a window: a process without a screen, started, fed and ended by the process that owns the window. */
import { serve } from '#contract/serve.ts'
import { AppError } from '#domain/errors.ts'
import type { ToEngine } from '#engine/control.ts'
import { systemClock } from './clock.ts'
import { createGate, type Gate } from './gate.ts'
import type { Keychain } from './gate-keys.ts'
import { defaultHome, filesOf, homeExists } from './home.ts'
import type { Engine } from '#engine/engine.ts'
import { openLog } from '#engine/log-file.ts'
import type { Log } from '#engine/ports.ts'
import { openEngine, type Opening } from './open-engine.ts'
import { createCarried, findParent, overPort, type Port } from './parent.ts'
import { rehearsalFolder } from './rehearsal/place.ts'
import { watchStudies } from './taking-part.ts'
import { createPortChildren, startBeside, watchTrainer } from './window-children.ts'

type Start = Extract<ToEngine, { do: 'start' }>

const KEYCHAIN_MS = 60_000
const parent = findParent()
const carried = createCarried(parent)
const children = createPortChildren(parent)
const links = new Map<number, () => void>()
const questions = new Map<number, (text: string | null) => void>()
let lastQuestion = 0
let gate: Gate | null = null

parent.listen((message, port) => {
  if (message.do === 'start') start(message)
  else if (message.do === 'link') link(message.link, port)
  else if (message.do === 'child' && port) children.arrived(message.id, port)
  else hear(message)
})
parent.onGone(() => void close())
parent.send({ say: 'ready' })

function hear(message: ToEngine): void {
  if (message.do === 'carry') carried.hear(message.link, message.message)
  else if (message.do === 'unlink') unlink(message.link)
  else if (message.do === 'child-gone') children.gone(message.id)
  else if (message.do === 'keychain') questions.get(message.id)?.(message.text)
  else hearOfMachine(message)
}

function hearOfMachine(message: ToEngine): void {
  if (message.do === 'idle') gate?.idle(message.seconds)
  else if (message.do === 'power') hearOfPower(message.state)
  else if (message.do === 'close') void close()
}

function hearOfPower(state: Extract<ToEngine, { do: 'power' }>['state']): void {
  if (state === 'screen-locked') gate?.lock()
  else if (state === 'battery' || state === 'mains') gate?.power(state === 'battery')
}

function link(id: number, port: Port | undefined): void {
  if (gate) links.set(id, serve(port ? overPort(port) : carried.open(id), gate.serving))
}

function unlink(id: number): void {
  carried.drop(id)
  links.get(id)?.()
  links.delete(id)
}

function start({ home: given, build, listen, keychain, ports, before }: Start): void {
  const home =
    given ?? defaultHome({ LOCALAPPDATA: process.env.LOCALAPPDATA, XDG_DATA_HOME: process.env.XDG_DATA_HOME })
  const startChild = (program: 'trainer' | 'sample' | 'reader') =>
    ports ? children.start(program) : startBeside(import.meta.dirname, program)
  const startTrainer = () => watchTrainer(startChild('trainer'), () => parent.send({ say: 'trainer-died' }))
  const startReader = () => startChild('reader')
  const log = logOnceThereIsAHome(home)
  gate = createGate({
    home,
    open: async (passphrase) => {
      const engine = await openAnywhere({ home, passphrase, listen, startTrainer, startReader, build }, log)
      watchStudies(engine, systemClock, (studies) => parent.send({ say: 'taking-part', studies }))
      return engine
    },
    keychain: askKeychain(keychain),
    rehearsal: {
      ...{ folder: rehearsalFolder(home), build, startSample: () => startChild('sample') },
      open: (at, passphrase, where) =>
        openEngine({ home: at, passphrase, listen: where, startTrainer, startReader, build }),
    },
    now: systemClock.now,
    log,
    onChange: (change) => parent.send({ say: 'changed', ...change }),
  })
  gate.resume(before).catch((error: unknown) => log('warn', 'not-resumed', { error }))
}

/** A port that another program has is no reason to stay shut: then any free one is listened on, and the log says so. */
async function openAnywhere(opening: Opening, log: Log): Promise<Engine> {
  try {
    return await openEngine(opening)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'port-taken') throw error
    log('warn', 'port-taken', { wanted: opening.listen })
    return openEngine({ ...opening, listen: ['/ip4/0.0.0.0/tcp/0'] })
  }
}

/** Before the first run nothing is written, not even a log. */
function logOnceThereIsAHome(home: string) {
  const write = openLog(filesOf(home).log, systemClock.now)
  return (...entry: Parameters<typeof write>) => {
    if (homeExists(home)) write(...entry)
  }
}

function askKeychain(kind: Keychain['kind']): Keychain {
  return { kind, seal: (text) => ask('seal', text), open: (text) => ask('open', text) }
}

/** Asks the parent, who alone can reach the keychain. Rejects with 'not-available' or 'timed-out'. */
function ask(act: 'seal' | 'open', text: string): Promise<string> {
  const id = ++lastQuestion
  return new Promise<string>((resolve, reject) => {
    const late = () => reject(new AppError('timed-out', 'The keychain did not answer'))
    const cancel = systemClock.after(KEYCHAIN_MS, late)
    questions.set(id, (answer) => {
      cancel()
      if (answer === null) reject(new AppError('not-available', 'The keychain could not'))
      else resolve(answer)
    })
    parent.send({ say: 'keychain', id, act, text })
  }).finally(() => questions.delete(id))
}

/** Ends with the database closed. */
async function close(): Promise<never> {
  try {
    await gate?.close()
  } finally {
    process.exit(0)
  }
}
