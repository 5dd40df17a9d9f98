import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import type { Output } from '#contract/calls.ts'
import { statusOf } from '#headless/demo/hospital.ts'
import { picture } from './browser-kit.ts'
import { startPeers, type Peers } from './peers.ts'
import { memoryUnder, processesUnder } from './processes.ts'
import { PASSPHRASE, showWindow } from './shown.ts'
import { approve, dropFile, goTo, mapColumns, passFirstRun, propose } from './steps.ts'
import { prepareStage } from './window.ts'
import { sitAt } from './desk.ts'

const NAME = 'Northfield Hospital'
/** More than can be done before the engine is killed and back. */
const ROUNDS = 400
const SECONDS = 1000
const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-window-peers-'))
/** A desktop whose panel shows icons of programs. */
const env = { XDG_CURRENT_DESKTOP: 'XFCE' }
const { page, ask, stage, window: shown } = showWindow(() => prepareStage(env))
let peers: Peers | undefined
let study = ''

beforeAll(async () => {
  // Where there is no window nobody needs to be met.
  if (canShow()) peers = await startPeers(folder)
}, 240 * SECONDS)
afterAll(async () => {
  await peers?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60 * SECONDS)

function canShow(): boolean {
  try {
    return stage().folder !== ''
  } catch {
    return false
  }
}
const others = (): Peers => {
  if (!peers) throw new Error('The other hospitals did not start')
  return peers
}
const keepPicture = () => onTestFailed(() => picture(page(), 'window-failed'))
const view = async () => (await ask('studies.get', { id: study })).output as Output<'studies.get'> | undefined // as the contract says
const rounds = async () => {
  const list = { study, from: Math.max(1, ((await view())?.round ?? 1) - 20), limit: 40 }
  return ((await ask('rounds.list', list)).output ?? []) as Output<'rounds.list'> // as the contract says
}
/** Says how much memory the app takes, all its processes together, in the words of the report. */
function tellMemory(when: string): void {
  const parts = memoryUnder(shown().pid)
  const all = Object.values(parts).reduce((sum, mb) => sum + mb, 0)
  const each = Object.entries(parts).map(([kind, mb]) => `${kind} ${mb}`)
  console.log(`Memory ${when}: ${all} MB (${each.join(', ')})`)
  expect(all).toBeLessThan(2000)
}
/** Closes the window as its frame does, waits for the system's dialog and answers it with a key, until it is gone. */
async function closeByItsFrame(key: 'Escape' | 'Return'): Promise<void> {
  const desk = await sitAt(stage().display)
  try {
    const before = await desk.windows()
    const own = before.find(({ title }) => title.includes('Murmuration'))
    if (!own) throw new Error(`The window is not on the screen: ${JSON.stringify(before)}`)
    await desk.closeWindow(own.id)
    const dialogs = async () =>
      (await desk.windows()).filter((one) => !before.some(({ id }) => id === one.id))
    await expect.poll(async () => (await dialogs()).length, { timeout: 20 * SECONDS }).toBe(1)
    const [dialog] = await dialogs()
    if (dialog) await desk.press(dialog.id, key)
    await expect.poll(async () => (await dialogs()).length, { timeout: 20 * SECONDS }).toBe(0)
  } finally {
    desk.leave()
  }
}
/** Training rounds that another hospital knows of. */
async function trainedElsewhere(): Promise<number> {
  const [peer] = others().hospitals
  if (!peer) throw new Error('There are other hospitals')
  return (await statusOf(peer)).studies[0]?.trained ?? 0
}
const engines = () => processesUnder(shown().pid).filter(({ command }) => command.includes('engine.mjs'))

test(
  'the first run is passed by clicks, the recovery words asked back',
  { timeout: 90 * SECONDS },
  async () => {
    keepPicture()
    page().setDefaultTimeout(20 * SECONDS)
    console.log(`Start to usable window: ${Math.round(shown().usableMs)} ms`)
    expect(shown().usableMs).toBeLessThan(60 * SECONDS)
    tellMemory('at the first screen')
    await passFirstRun(page(), NAME, PASSPHRASE)
    await picture(page(), 'window-1-home')
  },
)

test('a table that is dropped on the window is imported', { timeout: 60 * SECONDS }, async () => {
  keepPicture()
  await dropFile(page(), 'cardiology.csv', others().csv)
  await page().getByText('cardiology is imported').waitFor()
  const { output } = await ask('datasets.list', null)
  expect(output).toMatchObject([{ name: 'cardiology', rows: others().rows }])
})

test('consent is read and given in the window', { timeout: 180 * SECONDS }, async () => {
  keepPicture()
  await others().pairWith(page())
  const names = others().hospitals.map((one) => one.name)
  await propose(page(), others().study, names, { rounds: ROUNDS, steps: 200, judged: false })
  study = (await page().evaluate(() => location.hash)).split('/').at(-1) ?? ''
  await others().map()
  await mapColumns(page())
  await picture(page(), 'window-2-consent')
  await approve(page(), 'Dr. Moreau')
  const { author, members } = (await view()) ?? { author: '', members: [] }
  expect(members.find((one) => one.id === author)?.answer).toBe('approved')
  await others().approve()
})

test(
  'an engine that is killed in a round comes back, and the round goes on',
  { timeout: 180 * SECONDS },
  async () => {
    keepPicture()
    await goTo(page(), 'Rounds')
    await page()
      .getByText('4 of 4 in')
      .first()
      .waitFor({ timeout: 90 * SECONDS })
    await expect.poll(async () => (await view())?.trained, { timeout: 60 * SECONDS }).toBeGreaterThan(1)
    const [before] = engines()
    if (!before) throw new Error('There is no engine to kill')
    const lost = page()
      .getByText('The engine stopped answering')
      .first()
      .waitFor({ timeout: 20 * SECONDS })
    const { trained: then = 0, round: last = 0 } = (await view()) ?? {}
    process.kill(before.pid, 'SIGKILL')
    await lost
    await picture(page(), 'window-3-killed')
    await expect
      .poll(() => engines().filter(({ pid }) => pid !== before.pid).length, { timeout: 30 * SECONDS })
      .toBe(1)
    const isBack = async () => {
      const { author } = (await view()) ?? {}
      return (await rounds()).some(
        (one) =>
          one.round > last &&
          one.outcome?.result === 'sum' &&
          one.members.some((member) => member.id === author && member.state === 'in'),
      )
    }
    const answered = (work: () => Promise<boolean>) =>
      Promise.race([work(), new Promise<boolean>((resolve) => setTimeout(resolve, 3000, false))]).catch(
        () => false,
      )
    await expect.poll(() => answered(isBack), { timeout: 120 * SECONDS, interval: 500 }).toBe(true)
    expect((await view())?.trained).toBeGreaterThan(then)
    await expect
      .poll(() => page().getByText('The engine stopped answering').count(), { timeout: 20 * SECONDS })
      .toBe(0)
    await page()
      .getByText('4 of 4 in')
      .first()
      .waitFor({ timeout: 60 * SECONDS })
    await picture(page(), 'window-4-back')
  },
)

test(
  'a computer that slept in a round is awake in its window again, and takes part',
  { timeout: 120 * SECONDS },
  async () => {
    keepPicture()
    const app = [shown().pid, ...processesUnder(shown().pid).map(({ pid }) => pid)]
    await page().evaluate(() => document.body.setAttribute('data-slept', ''))
    const last = (await view())?.round ?? 0
    try {
      for (const pid of app) process.kill(pid, 'SIGSTOP')
      await sleep(12 * SECONDS)
    } finally {
      for (const pid of app) process.kill(pid, 'SIGCONT')
    }
    await expect
      .poll(async () => (await view())?.round ?? 0, { timeout: 90 * SECONDS })
      .toBeGreaterThan(last + 2)
    const { author } = (await view()) ?? {}
    const sums = (await rounds()).filter((one) => one.round > last && one.outcome?.result === 'sum')
    const ours = sums.flatMap(({ members }) => members.find(({ id }) => id === author)?.state ?? [])
    expect(ours).toContain('in')
    expect(await page().locator('body[data-slept]').count(), 'the same page, not a new one').toBe(1)
    expect(await page().getByText('The engine stopped answering').count()).toBe(0)
  },
)

test(
  'closing asks in a dialog of the system; then an icon stands in the tray, rounds go on, and a second start shows the window',
  { timeout: 240 * SECONDS },
  async () => {
    await goTo(page(), 'Settings')
    await page().getByLabel('ask me').check()
    await picture(page(), 'window-5-settings')
    tellMemory('in a round')
    const context = page().context()
    const last = (await view())?.round ?? 0
    await closeByItsFrame('Escape')
    expect(await page().evaluate(() => document.visibilityState)).toBe('visible')
    const desk = await sitAt(stage().display)
    const iconShown = await desk.keepTray()
    const gone = page().waitForEvent('close', { timeout: 20 * SECONDS })
    // What is asked is whether to go on without a window, and the button that Return presses does.
    await closeByItsFrame('Return')
    await gone
    await iconShown()
    desk.leave()
    const before = await trainedElsewhere()
    await expect.poll(trainedElsewhere, { timeout: 90 * SECONDS, interval: 1000 }).toBeGreaterThan(before + 1)
    expect(engines()).toHaveLength(1)
    const again = context.waitForEvent('page', { timeout: 60 * SECONDS })
    await expect(stage().open()).rejects.toThrow(/did not open/)
    const back = await again
    back.setDefaultTimeout(30 * SECONDS)
    await goTo(back, 'Rounds')
    await back.getByText('4 of 4 in').first().waitFor()
    const rows = await back.locator('tbody tr').allInnerTexts()
    const roundOf = (row: string) => Number(/^\s*([\d,]+)/.exec(row)?.[1]?.replaceAll(',', '') ?? 0)
    const out = rows.filter((row) => row.includes('3 of 4 in') && roundOf(row) > last).length
    expect(out, 'rounds without us while the window was closed').toBeLessThanOrEqual(1)
  },
)
