import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { root } from '#build/place.mjs'
import { runQuietly } from '#build/run.mjs'
import { processesUnder } from './processes.ts'
import { ask, listenAlong } from './talk.ts'
import { packStage, type Stage, type Window } from './window.ts'

const PASSPHRASE = 'quiet birds at dusk'
let stage: (Stage & { readonly app: string }) | null = null
let window: Window
let missing = ''

beforeAll(async () => {
  const packed = await packStage()
  if ('missing' in packed) {
    missing = packed.missing
    console.warn(`SKIPPED: the packaged app was not tested. ${missing}`)
    return
  }
  stage = packed
  window = await stage.open()
  await listenAlong(window.page)
}, 900_000)

beforeEach(({ skip }) => skip(missing !== '', missing))

afterAll(async () => {
  await window?.kill()
  await stage?.close()
}, 60_000)

test('the packaged app opens its window and makes an institution, with an engine and a trainer of its own', async () => {
  const key = { by: 'passphrase', passphrase: PASSPHRASE }
  const { output } = await ask(window.page, 'gate.create', { name: 'Northfield Hospital', key })
  const made = output as { recoveryWords: string[]; ask: number[] } // as the contract says
  const words = made.ask.map((at) => made.recoveryWords[at - 1])
  expect(await ask(window.page, 'gate.confirm', { words })).toMatchObject({ output: { stage: 'open' } })
  const backend = async () =>
    (await ask(window.page, 'institution.get', null)).output as { backend: string | null }
  await expect.poll(backend, { timeout: 30_000 }).toMatchObject({ name: 'Northfield Hospital' })
  const commands = () =>
    processesUnder(window.pid)
      .map(({ command }) => command)
      .join('\n')
  expect(commands()).toContain('engine.mjs')
  expect(commands()).not.toContain('--no-sandbox')
})

test('a dataset is read by the packaged import worker into the packaged database', async () => {
  const rows = Array.from({ length: 300 }, (_, row) => `${20 + (row % 60)},${row % 2},${(row * 7) % 90}.5`)
  const text = `age,outcome,pressure\n${rows.join('\n')}\n`
  const begin = { name: 'stroke', source: 'stroke.csv', size: text.length, replaces: null }
  const { id } = (await ask(window.page, 'imports.begin', begin)).output as { id: string }
  const sent = await window.page.evaluate(
    ([to, body]) => {
      const { talking } = globalThis as unknown as {
        talking: { ask(call: string, input: unknown): Promise<object> }
      }
      return talking.ask('imports.chunk', { id: to, bytes: new TextEncoder().encode(body) })
    },
    [id, text] as const,
  )
  expect(sent).not.toHaveProperty('error')
  expect(await ask(window.page, 'imports.finish', { id })).toMatchObject({
    output: { name: 'stroke', rows: 300 },
  })
})

test('it keeps its home where the account keeps such things, whatever the environment says', () => {
  expect(existsSync(path.join(stage?.folder ?? '', 'elsewhere'))).toBe(false)
  expect(existsSync(path.join(stage?.home ?? '', 'keys.json'))).toBe(true)
})

test('its binary has every fuse as wanted, read back from the file', async () => {
  const wire = await getCurrentFuseWire(path.join(stage?.app ?? '', 'murmuration'))
  const [off, on] = ['0'.charCodeAt(0), '1'.charCodeAt(0)]
  expect(wire[FuseV1Options.RunAsNode]).toBe(off)
  expect(wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(off)
  expect(wire[FuseV1Options.EnableNodeCliInspectArguments]).toBe(off)
  expect(wire[FuseV1Options.EnableCookieEncryption]).toBe(on)
  expect(wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation]).toBe(on)
  expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(on)
  expect([off, undefined]).toContain(wire[FuseV1Options.GrantFileProtocolExtraPrivileges])
})

test('the archive holds no secret of the machine that packed it', () => {
  const archive = readFileSync(path.join(stage?.app ?? '', 'resources', 'app.asar'), 'latin1')
  expect(archive).not.toContain(root)
  expect(readdirSync(path.join(stage?.app ?? '', 'resources', 'programs'))).toContain('engine.mjs')
})

test('without any Electron a sentence says so, and what to do', async () => {
  const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: path.join(root, 'build', 'nowhere') }
  mkdirSync(path.join(root, 'build', 'out'), { recursive: true })
  const script = path.join(root, 'build', 'package.mjs')
  const { code, output } = await runQuietly(process.execPath, [script, '--dir'], { env, cwd: root })
  expect(code).toBe(1)
  expect(output).toMatch(/cannot be packed without Electron.*holds no Electron/)
})
