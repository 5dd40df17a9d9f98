import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EngineEvent } from '#contract/calls.ts'
import type { GateHandlers, GateState } from '#contract/gate.ts'
import type { Handlers } from '#contract/serve.ts'
import type { Engine } from '#engine/engine.ts'
import { createGate, type Gate } from '#headless/gate.ts'
import type { Keychain } from '#headless/gate-keys.ts'
import { unlockHome } from '#headless/home.ts'

const PASSPHRASE = 'quiet birds at dusk'
let home = ''
let closed = 0
let emit: (event: EngineEvent) => void = () => undefined
beforeEach(() => {
  home = path.join(mkdtempSync(path.join(tmpdir(), 'murmuration gate ')), 'home')
  closed = 0
})
afterEach(() => rmSync(path.dirname(home), { recursive: true, force: true }))

/** The gate opens whatever engine it is given; what it does with real ones is seen in the window's own test. */
const engine = { handlers: { 'peers.list': () => [] } as unknown as Handlers }

async function open(passphrase: string): Promise<Engine> {
  await unlockHome(home, passphrase)
  const on = (listen: (event: EngineEvent) => void) => {
    emit = listen
    return () => undefined
  }
  return { ...engine, on, power: () => undefined, close: async () => void closed++ }
}

function aKeychain(kind: Keychain['kind']): Keychain {
  const seal = async (secret: string) => Buffer.from(`kept ${secret}`).toString('base64')
  const unseal = async (sealed: string) => Buffer.from(sealed, 'base64').toString().slice(5)
  return { kind, seal, open: unseal }
}

function aGate(keychain: Keychain | null = null) {
  const changes: { stage: string; passphrase: string | null }[] = []
  const onChange = (change: { stage: GateState['stage']; passphrase: string | null }) =>
    void changes.push(change)
  const gate = createGate({
    home,
    open,
    keychain,
    rehearsal: null,
    now: () => 1,
    log: () => undefined,
    onChange,
  })
  return { gate, calls: gate.serving.gate as GateHandlers, changes }
}

const byPassphrase = { by: 'passphrase' as const, passphrase: PASSPHRASE }
const code = (expected: string) => expect.objectContaining({ code: expected })
const handlersOf = ({ serving }: Gate) => (serving.handlers as () => Handlers)()

async function firstRun(
  calls: GateHandlers,
  key: Parameters<GateHandlers['gate.create']>[0]['key'] = byPassphrase,
) {
  const { recoveryWords, ask } = await calls['gate.create']({ name: 'Alder', key })
  await calls['gate.confirm']({ words: ask.map((at) => recoveryWords[at - 1]!) })
  return recoveryWords
}

test('nothing is written before the recovery words were asked back', async () => {
  const { gate, calls } = aGate()
  expect(calls['gate.state'](null)).toMatchObject({ stage: 'fresh', name: null, keychain: 'none' })
  const { recoveryWords, ask } = await calls['gate.create']({ name: 'Alder', key: byPassphrase })
  expect(existsSync(home)).toBe(false)
  const right = ask.map((at) => recoveryWords[at - 1]!)
  const wrong = right.with(2, right[2] === 'zoo' ? 'zone' : 'zoo')
  await expect(calls['gate.confirm']({ words: wrong })).rejects.toEqual(code('wrong-passphrase'))
  expect(existsSync(home)).toBe(false)
  expect(() => handlersOf(gate)).toThrow(code('locked'))
  await expect(
    calls['gate.confirm']({ words: right.map((word) => ` ${word.toUpperCase()}`) }),
  ).resolves.toMatchObject({
    stage: 'open',
    name: 'Alder',
    unlockBy: 'passphrase',
    running: true,
    lockAfterMinutes: 15,
  })
  expect(handlersOf(gate)).toBe(engine.handlers)
})

test('a lock shuts the screens and lets the engine go on; only the passphrase opens it', async () => {
  const { gate, calls } = aGate()
  await firstRun(calls)
  const heard: string[] = []
  gate.serving.on(({ event }) => heard.push(event))
  expect(await calls['gate.lock'](null)).toMatchObject({ stage: 'locked', running: true })
  emit({ event: 'peers.changed' })
  expect(() => handlersOf(gate)).toThrow(code('locked'))
  await expect(calls['gate.unlock']({ passphrase: 'wrong horse battery' })).rejects.toEqual(
    code('wrong-passphrase'),
  )
  await expect(calls['gate.unlock']({ passphrase: null })).rejects.toEqual(code('not-available'))
  await expect(calls['gate.unlock']({ passphrase: PASSPHRASE })).resolves.toMatchObject({ stage: 'open' })
  emit({ event: 'audit.changed' })
  expect(heard).not.toContain('peers.changed')
  expect(heard).toContain('audit.changed')
  expect(closed).toBe(0)
  await gate.close()
  expect(closed).toBe(1)
})

test('two guesses at a time are one too many', async () => {
  const { calls } = aGate()
  await firstRun(calls)
  const first = calls['gate.unlock']({ passphrase: 'first guess of many' })
  await expect(calls['gate.unlock']({ passphrase: PASSPHRASE })).rejects.toEqual(code('busy'))
  await expect(first).rejects.toEqual(code('wrong-passphrase'))
})

test('recovery words open a home whose passphrase was forgotten, and set a new one', async () => {
  const words = await firstRun(aGate().calls)
  const { calls } = aGate()
  expect(calls['gate.state'](null)).toMatchObject({ stage: 'locked', running: false })
  const key = { by: 'passphrase' as const, passphrase: 'another one, please' }
  await expect(calls['gate.recover']({ words: words.with(0, 'zoo').join(' '), key })).rejects.toEqual(
    code('wrong-passphrase'),
  )
  await expect(calls['gate.recover']({ words: words.join('  '), key })).resolves.toMatchObject({
    stage: 'open',
  })
  await expect(unlockHome(home, key.passphrase)).resolves.toBeTruthy()
  await expect(unlockHome(home, PASSPHRASE)).rejects.toEqual(code('wrong-passphrase'))
})

test('a strong keychain opens the home at the next start; a weak one is refused outright', async () => {
  const weak = aGate(aKeychain('weak'))
  expect(weak.calls['gate.state'](null)).toMatchObject({ keychain: 'weak' })
  const byKeychain = { by: 'keychain' as const }
  const refused = weak.calls['gate.create']({ name: 'Alder', key: byKeychain })
  await expect(refused).rejects.toEqual(code('not-available'))
  await firstRun(aGate(aKeychain('ready')).calls, byKeychain)
  const kept = readdirSync(home).map((name) => readFileSync(path.join(home, name), 'utf8'))
  expect(kept.join()).not.toMatch(PASSPHRASE)

  const { gate, calls } = aGate(aKeychain('ready'))
  await gate.resume(null)
  expect(calls['gate.state'](null)).toMatchObject({
    stage: 'open',
    unlockBy: 'keychain',
    lockAfterMinutes: null,
  })
  const elsewhere = aGate(aKeychain('weak'))
  await expect(elsewhere.gate.resume(null)).rejects.toEqual(code('not-available'))
  expect(elsewhere.calls['gate.state'](null)).toMatchObject({ stage: 'locked' })
})

test('a restart after a crash opens what was open, and keeps locked what was locked', async () => {
  const before = aGate()
  await firstRun(before.calls)
  const passphrase = before.changes.at(-1)?.passphrase ?? ''
  const open = aGate()
  await open.gate.resume({ passphrase, locked: false })
  expect(open.calls['gate.state'](null)).toMatchObject({ stage: 'open' })
  const locked = aGate()
  await locked.gate.resume({ passphrase, locked: true })
  expect(locked.calls['gate.state'](null)).toMatchObject({ stage: 'locked', running: true })
})

test('screens that nobody is at lock after the minutes that were set', async () => {
  const { gate, calls } = aGate()
  await firstRun(calls)
  await calls['gate.lockAfter']({ minutes: 5 })
  gate.idle(299)
  expect(calls['gate.state'](null)).toMatchObject({ stage: 'open', lockAfterMinutes: 5 })
  gate.idle(300)
  expect(calls['gate.state'](null)).toMatchObject({ stage: 'locked', running: true })
  await expect(async () => calls['gate.lockAfter']({ minutes: null })).rejects.toEqual(code('locked'))
})
