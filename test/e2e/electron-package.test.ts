import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, test } from 'vitest'
import { root } from '#build/place.mjs'
import { runQuietly } from '#build/run.mjs'
import { processesUnder } from './processes.ts'
import { makeInstitution, showWindow } from './shown.ts'
import { packStage, type Packed } from './window.ts'

let packed: Packed | null = null
const {
  stage,
  window: shown,
  page,
  ask,
} = showWindow(async () => {
  const made = await packStage()
  if (!('missing' in made)) packed = made
  return made
})
const app = () => packed?.app ?? ''

test('the packaged app opens its window and makes an institution, with an engine and a trainer of its own', async () => {
  await makeInstitution(ask)
  const backend = async () => (await ask('institution.get', null)).output as object
  await expect.poll(backend, { timeout: 30_000 }).toMatchObject({
    name: 'Northfield Hospital',
    backend: { backend: expect.any(String) },
  })
  const commands = () =>
    processesUnder(shown().pid)
      .map(({ command }) => command)
      .join('\n')
  expect(commands()).toContain('engine.mjs')
  expect(commands()).toContain('trainer.mjs')
  expect(commands()).not.toContain('--no-sandbox')
})

test('a dataset is read by the packaged import worker into the packaged database', async () => {
  const rows = Array.from({ length: 300 }, (_, row) => `${20 + (row % 60)},${row % 2},${(row * 7) % 90}.5`)
  const text = `age,outcome,pressure\n${rows.join('\n')}\n`
  const begin = { name: 'stroke', source: 'stroke.csv', size: text.length, replaces: null }
  const { id } = (await ask('imports.begin', begin)).output as { id: string }
  const sent = await page().evaluate(
    ([to, body]) => {
      const { talking } = globalThis as unknown as {
        talking: { ask(call: string, input: unknown): Promise<object> }
      }
      return talking.ask('imports.chunk', { id: to, bytes: new TextEncoder().encode(body) })
    },
    [id, text] as const,
  )
  expect(sent).not.toHaveProperty('error')
  expect(await ask('imports.finish', { id })).toMatchObject({
    output: { name: 'stroke', rows: 300 },
  })
})

test('it keeps its home where the account keeps such things, whatever the environment says', () => {
  expect(existsSync(path.join(stage().folder, 'elsewhere'))).toBe(false)
  expect(existsSync(path.join(stage().home, 'keys.json'))).toBe(true)
})

test('its binary has every fuse as wanted, read back from the file', async () => {
  const wire = await getCurrentFuseWire(path.join(app(), 'murmuration'))
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
  const archive = readFileSync(path.join(app(), 'resources', 'app.asar'), 'latin1')
  expect(archive).not.toContain(root)
  expect(readdirSync(path.join(app(), 'resources', 'programs'))).toContain('engine.mjs')
})

test('without any Electron a sentence says so, and what to do', async () => {
  const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: path.join(root, 'build', 'nowhere') }
  mkdirSync(path.join(root, 'build', 'out'), { recursive: true })
  const script = path.join(root, 'build', 'package.mjs')
  const { code, output } = await runQuietly(process.execPath, [script, '--dir'], { env, cwd: root })
  expect(code).toBe(1)
  expect(output).toMatch(/cannot be packed without Electron.*holds no Electron/)
})
