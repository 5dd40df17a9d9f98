import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GateHandlers } from '#contract/gate.ts'
import { createGate, type Gate } from '#headless/gate.ts'
import { openEngine } from '#headless/open-engine.ts'
import { createHome } from '#headless/home.ts'
import { rehearsalFolder } from '#headless/rehearsal/place.ts'

const PASSPHRASE = 'quiet birds at dusk'
let home = ''
let folder = ''
let gate: Gate | null = null
beforeEach(() => {
  home = path.join(mkdtempSync(path.join(tmpdir(), 'murmuration rehearsal ')), 'home')
  folder = rehearsalFolder(home)
})
afterEach(async () => {
  await gate?.close()
  rmSync(path.dirname(home), { recursive: true, force: true })
})

/** A gate whose sample hospitals never open; with real ones the browser's journey goes. */
function aGate(open = openEngine) {
  const killed: (() => void)[] = []
  gate = createGate({
    ...{ home, keychain: null, now: Date.now, log: () => undefined },
    open: (passphrase) => openEngine({ home, passphrase, listen: [] }),
    rehearsal: {
      ...{ folder, build: 'murmuration test' },
      startSample: () => ({
        send: (message) => {
          if ('do' in message && message.do === 'close') killed.splice(0).forEach((exit) => exit())
        },
        onMessage: () => undefined,
        onExit: (exit) => void killed.push(exit),
        kill: () => killed.splice(0).forEach((exit) => exit()),
      }),
      open: (at, passphrase, listen) => open({ home: at, passphrase, listen }),
    },
  })
  return { gate, calls: gate.serving.gate as GateHandlers }
}
const code = (name: string) => expect.objectContaining({ code: name })

test('a rehearsal keeps to its own folder, closes the way to the real home, and ends without a trace', async () => {
  const { calls } = aGate()
  await calls['rehearsal.begin'](null)
  expect(calls['gate.state'](null)).toMatchObject({ stage: 'open', rehearsal: true, running: true })
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(existsSync(home)).toBe(false)
  const key = { by: 'passphrase' as const, passphrase: PASSPHRASE }
  await expect(calls['gate.create']({ name: 'Northfield', key })).rejects.toEqual(code('not-available'))
  await expect(async () => calls['gate.lock'](null)).rejects.toEqual(code('not-available'))
  await expect(calls['rehearsal.begin'](null)).rejects.toEqual(code('busy'))
  const { name, csv } = await calls['rehearsal.table'](null)
  expect(csv.trim().split('\n')).toHaveLength(1 + ((await calls['rehearsal.get'](null))?.table.rows ?? 0))
  expect(name).toBe('Alder Sample Hospital.csv')
  await expect(async () => calls['rehearsal.dropOut']({ name: 'Nobody' })).rejects.toEqual(code('not-found'))
  await calls['rehearsal.end'](null)
  expect(calls['gate.state'](null)).toMatchObject({ stage: 'fresh', rehearsal: false })
  expect([existsSync(folder), existsSync(home)]).toEqual([false, false])
  await expect(calls['rehearsal.end'](null)).rejects.toEqual(code('not-found'))
})

test('where a real institution is, no rehearsal begins', async () => {
  await createHome(home, 'Northfield Hospital', PASSPHRASE, false, 1)
  const { calls } = aGate()
  await expect(calls['rehearsal.begin'](null)).rejects.toEqual(code('home-exists'))
  expect(existsSync(folder)).toBe(false)
})

test('a rehearsal that does not open, or was never finished, leaves nothing behind', async () => {
  const broken = aGate(() => Promise.reject(new Error('no engine')))
  await expect(broken.calls['rehearsal.begin'](null)).rejects.toThrow('no engine')
  expect(existsSync(folder)).toBe(false)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'half'), 'made')
  await aGate().gate.resume(null)
  expect(existsSync(folder)).toBe(false)
})
