import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { rehearsalFolder } from '#headless/rehearsal/place.ts'
import { picture } from './browser-kit.ts'
import { processesUnder } from './processes.ts'
import { makeInstitution, PASSPHRASE, showWindow } from './shown.ts'
import { prepareStage } from './window.ts'

const { open, stage, window: shown, page, ask } = showWindow(prepareStage)
/** What the gate says; null while a new engine has not answered yet. */
const state = () =>
  Promise.race([ask('gate.state', null), new Promise((resolve) => setTimeout(resolve, 1000, null))]).catch(
    () => null,
  )
const engines = () => processesUnder(shown().pid).filter(({ command }) => command.includes('engine.mjs'))
const visible = (text: string | RegExp) => page().getByText(text).first().waitFor({ timeout: 20_000 })

test('the window shows our page, in a sandbox that the kernel holds', async () => {
  expect(page().url()).toMatch(/^app:\/\/murmuration\//)
  await visible('Murmuration')
  const all = processesUnder(shown().pid)
  expect(all.map(({ command }) => command).join('\n')).not.toContain('--no-sandbox')
  const renderers = all.filter(({ command }) => command.includes('--type=renderer'))
  expect(renderers.length).toBeGreaterThan(0)
  for (const { status } of renderers) {
    expect(status).toMatch(/^Seccomp:\s+2$/m)
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
    expect(status).toMatch(/^CapEff:\s+0+$/m)
  }
})

test('the page has no Node, no Electron, and of us only functions with names', async () => {
  const seen = await page().evaluate(() => {
    const given = (globalThis as unknown as { murmuration: Record<string, unknown> }).murmuration
    return {
      node: ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter(
        (name) => name in globalThis,
      ),
      names: Object.keys(given).toSorted(),
      changed: Reflect.set(given, 'savePdf', 1) || Reflect.defineProperty(given, 'more', { value: 1 }),
    }
  })
  expect(seen.node).toEqual([])
  expect(seen.names).toEqual([
    'getClosing',
    'onEngine',
    'platform',
    'restartEngine',
    'savePdf',
    'setClosing',
    'setWaiting',
  ])
  expect(seen.changed).toBe(false)
})

test('sample hospitals are explored in the window, and leave no trace', async () => {
  const samples = () => processesUnder(shown().pid).filter(({ command }) => command.includes('sample.mjs'))
  const banner = page().getByRole('complementary', { name: 'Rehearsal' })
  await page().getByRole('button', { name: 'Start the rehearsal' }).click()
  await expect.poll(() => banner.getByText('running', { exact: true }).count(), { timeout: 120_000 }).toBe(3)
  expect(samples()).toHaveLength(3)
  await banner.getByText('Import the sample table').waitFor({ timeout: 30_000 })
  await picture(page(), 'window-rehearsal')
  await banner.getByRole('button', { name: 'End and remove everything' }).click()
  await page().getByRole('dialog').getByRole('button', { name: 'End the rehearsal' }).click()
  await page().getByRole('button', { name: 'Start the rehearsal' }).waitFor({ timeout: 60_000 })
  expect(samples()).toEqual([])
  expect([rehearsalFolder(stage().home), path.join(stage().home, 'keys.json')].filter(existsSync)).toEqual([])
}, 240_000)

test('an institution is made in the window, its words asked back, and its home belongs to one account', async () => {
  expect(await ask('gate.state', null)).toMatchObject({
    output: { stage: 'fresh', keychain: 'weak' },
  })
  expect(await ask('studies.list', null)).toMatchObject({ error: { code: 'locked' } })
  const keychain = { name: 'Northfield Hospital', key: { by: 'keychain' } }
  expect(await ask('gate.create', keychain)).toMatchObject({ error: { code: 'not-available' } })
  await makeInstitution(ask)
  expect(await ask('institution.get', null)).toMatchObject({
    output: { name: 'Northfield Hospital' },
  })
  expect(statSync(stage().home).mode & 0o777).toBe(0o700)
})

test('the screens show what the engine behind them says', async () => {
  await page().reload()
  await visible('Northfield Hospital')
})

test('a lock refuses every question of a screen until the passphrase is given', async () => {
  await ask('gate.lock', null)
  expect(await ask('institution.get', null)).toMatchObject({ error: { code: 'locked' } })
  expect(await ask('gate.unlock', { passphrase: 'not the right one' })).toMatchObject({
    error: { code: 'wrong-passphrase' },
  })
  expect(await ask('gate.unlock', { passphrase: PASSPHRASE })).toMatchObject({
    output: { stage: 'open' },
  })
})

test('an engine that is killed is shown, started again and open as before', async () => {
  await page().reload()
  await visible('Northfield Hospital')
  await page().evaluate(() => {
    const seen = new Set<string>()
    const look = () => {
      if (document.body.innerText.includes('The engine stopped answering')) seen.add('lost')
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    const { murmuration } = window as unknown as {
      murmuration: { onEngine(listen: (standing: { state: string }) => void): void }
    }
    murmuration.onEngine(({ state }) => seen.add(state))
    Object.assign(window, { seen })
  })
  const [before] = engines()
  if (!before) throw new Error('There is no engine to kill')
  process.kill(before.pid, 'SIGKILL')
  const running = { output: { stage: 'open', running: true } }
  await expect
    .poll(() => engines().filter(({ pid }) => pid !== before.pid).length, { timeout: 20_000 })
    .toBe(1)
  await expect.poll(() => state(), { timeout: 30_000 }).toMatchObject(running)
  expect(await ask('institution.get', null)).toMatchObject({
    output: { name: 'Northfield Hospital' },
  })
  const seen = () => page().evaluate(() => [...(window as unknown as { seen: Set<string> }).seen])
  await expect.poll(async () => (await seen()).toSorted()).toEqual(['lost', 'restarting', 'running'])
  await expect
    .poll(() => page().getByText('The engine stopped answering').count(), { timeout: 20_000 })
    .toBe(0)
}, 90_000)

test('a second start shows the first window instead', async () => {
  const second = stage().open()
  await expect(second).rejects.toThrow(/did not open/)
  expect(page().context().pages()).toHaveLength(1)
}, 90_000)

test('closing the window waits until the database is closed', async () => {
  expect(await shown().close()).toBe(0)
  expect(processesUnder(shown().pid)).toEqual([])
  expect(existsSync(path.join(stage().home, 'lock'))).toBe(false)
  expect(existsSync(path.join(stage().home, 'murmuration.db-wal'))).toBe(false)
}, 60_000)

test('after a restart the home is locked until its passphrase is given; no passphrase is in any log', async () => {
  await open()
  await expect
    .poll(() => state(), { timeout: 20_000 })
    .toMatchObject({
      output: { stage: 'locked', running: false, name: 'Northfield Hospital' },
    })
  const unlock = { passphrase: PASSPHRASE }
  expect(await ask('gate.unlock', unlock)).toMatchObject({ output: { stage: 'open' } })
  const logs = ['murmuration.log', 'window/window.log']
    .map((name) => path.join(stage().home, name))
    .filter(existsSync)
  expect(logs.length).toBeGreaterThan(0)
  for (const log of logs) expect(readFileSync(log, 'utf8')).not.toContain(PASSPHRASE)
}, 90_000)
