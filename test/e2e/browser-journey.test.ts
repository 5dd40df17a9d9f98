import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest'
import type { Client } from '#contract/calls.ts'
import type { StudyView } from '#contract/views.ts'
import { reachRunning } from '#headless/reach.ts'
import { faultsOf, openPage, picture, startBrowser } from './browser-kit.ts'
import { startOwn, type Started } from './own-hospital.ts'
import { startPeers, type Peers } from './peers.ts'
import {
  approve,
  decline,
  dropFile,
  goTo,
  mapColumns,
  passFirstRun,
  propose,
  unlock,
  withdraw,
} from './steps.ts'

const NAME = 'Northfield Hospital'
const PASSPHRASE = 'quiet birds at dusk'
const ROUNDS = 4
const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-journey-'))
const own = path.join(folder, 'own')
let browser: Browser
let peers: Peers
let started: Started
let page: Page
let complaints: string[]
let study = ''

beforeAll(async () => {
  browser = await startBrowser()
  const opened = await openPage(browser)
  page = opened.page
  complaints = opened.complaints
  ;[peers, started] = await Promise.all([startPeers(folder), startOwn(own)])
}, 240_000)
beforeEach(() => onTestFailed(() => picture(page, 'failed')))
afterAll(async () => {
  await browser?.close()
  await started?.stop()
  await peers?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** Asks the engine beside its pages, as a program of the same account. */
async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = await reachRunning(path.join(own, 'home'))
  if (!client) throw new Error('Our hospital does not run')
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
const view = (): Promise<StudyView> => withClient((client) => client.call('studies.get', { id: study }))
const answer = async () => {
  const { author, members } = await view()
  return members.find((one) => one.id === author)?.answer
}

test(
  'the link opens the pages: an institution is made in them, its recovery words asked back',
  { timeout: 120_000 },
  async () => {
    await page.goto(started.link)
    await passFirstRun(page, NAME, PASSPHRASE)
    await picture(page, '01-home')
  },
)

test(
  'a table that is dropped on the Datasets screen is imported, row by row',
  { timeout: 120_000 },
  async () => {
    await dropFile(page, 'cardiology.csv', peers.csv)
    await page.getByText('cardiology is imported').waitFor()
    const row = page.getByRole('row', { name: /cardiology/ })
    expect(await row.innerText()).toContain(String(peers.rows))
    await row.getByRole('link').click()
    await page.getByRole('heading', { name: 'cardiology' }).waitFor()
    await picture(page, '02-dataset')
    expect(await faultsOf(page)).toEqual([])
  },
)

test('three hospitals are known by pasted codes', { timeout: 120_000 }, async () => {
  await peers.pairWith(page)
  for (const { name } of peers.hospitals)
    await page.getByRole('row', { name }).getByText('connected').waitFor()
  await picture(page, '03-network')
  expect(await faultsOf(page)).toEqual([])
})

test('a study is proposed in the form and reaches all', { timeout: 120_000 }, async () => {
  const names = peers.hospitals.map((one) => one.name)
  await propose(page, peers.study, names, { rounds: ROUNDS, steps: 10 })
  study = new URL(page.url()).hash.split('/').at(-1) ?? ''
  expect(study).toMatch(/^[0-9a-f]{64}$/)
  const signed = await view()
  expect(signed.study.variables.map((one) => one.name)).toEqual(peers.study.variables.map((one) => one.name))
  await peers.map()
})

test('our columns are mapped to its variables by hand', async () => {
  await mapColumns(page)
  const mapping = await withClient((client) => client.call('mappings.get', { study }))
  expect(mapping.findings.filter((one) => one.severity === 'error')).toEqual([])
  expect(mapping.trainRows + mapping.testRows).toBeGreaterThan(150)
})

test('it is declined with a reason that the others read', async () => {
  await picture(page, '04-consent')
  expect(await faultsOf(page)).toEqual([])
  await decline(page, 'Dr. Moreau', 'The DPIA is not ready.')
  await page.getByText('The DPIA is not ready.').waitFor()
  expect(await answer()).toBe('declined')
})

test('it is approved, and the approval taken back', async () => {
  await approve(page, 'Dr. Moreau')
  expect(await answer()).toBe('approved')
  await withdraw(page, 'Not before the board has met.')
  await page.getByText('Withdrawn').first().waitFor()
  expect(await answer()).toBe('withdrawn')
})

test(
  'an approval that ends by itself is shown as expired, and asked for again',
  { timeout: 120_000 },
  async () => {
    await approveFor(3000)
    await page.getByText('Approved by Dr. Brief').waitFor()
    await page.getByRole('button', { name: 'Withdraw…' }).waitFor()
    // The page that is open notices it by itself.
    await page.getByRole('button', { name: /^Approve rounds/ }).waitFor()
    expect(await answer()).toBe('expired')
    await goTo(page, 'Studies')
    await page.getByRole('link', { name: peers.study.name }).click()
    await page.getByRole('row', { name: NAME }).getByText('expired').waitFor()
    await page.getByRole('link', { name: 'Read and answer' }).click()
    await page.getByRole('button', { name: /^Approve rounds/ }).waitFor()
  },
)

/** The form ends approvals at the end of a day; the engine takes any moment. */
async function approveFor(ms: number): Promise<void> {
  await withClient(async (client) => {
    const { textHash, standingId } = await client.call('consents.page', { study })
    await client.call('consents.decide', {
      study,
      decision: 'approve',
      from: 1,
      to: 1,
      expiresAt: Date.now() + ms,
      reason: '',
      decidedBy: { name: 'Dr. Brief', role: '', authenticated: 'command-line' },
      secondBy: null,
      textHash,
      supersedes: standingId,
    })
  })
}

test('approved by all, its rounds run to the end before our eyes', { timeout: 180_000 }, async () => {
  await approve(page, 'Dr. Moreau')
  await page.goto(`http://127.0.0.1:${started.port}/#/rounds/${study}`)
  await Promise.all([peers.approve(), page.getByText('4 of 4 in').first().waitFor({ timeout: 120_000 })])
  await picture(page, '05-live-round')
  await page.getByText('Training round').first().waitFor({ timeout: 60_000 })
  await expect.poll(async () => (await view()).state, { timeout: 120_000, interval: 500 }).toBe('finished')
  const curve = page.getByRole('figure').or(page.getByRole('region', { name: 'Learning curve' }))
  await curve.first().waitFor()
  await page.reload()
  await curve.first().waitFor()
  await picture(page, '06-rounds')
  const { trained, round } = await view()
  expect(trained).toBe(ROUNDS)
  expect(round).toBeGreaterThanOrEqual(ROUNDS)
})

/** The figures of the Results screen are those of the engine. */
async function expectResults(): Promise<void> {
  const results = () => withClient((client) => client.call('results.get', { study }))
  // Each hospital judges the model at home once the rounds are over.
  await expect.poll(async () => (await results()).shared, { timeout: 60_000, interval: 500 }).not.toBeNull()
  const { shared, alone } = await results()
  if (!shared?.auc || !alone?.auc) throw new Error('There is no result')
  await goTo(page, 'Results')
  await page.getByText('The shared model ranks').waitFor()
  const row = page.getByRole('row', { name: /^AUC/ }).first()
  await expect.poll(() => row.innerText(), { timeout: 15_000 }).toContain(shared.auc.toFixed(3))
  expect(await row.innerText()).toContain(alone.auc.toFixed(3))
}

test('the results are those that the engine computed', { timeout: 120_000 }, async () => {
  await expectResults()
  await picture(page, '07-results')
  expect(await faultsOf(page)).toEqual([])
})

test(
  'every other screen holds with real data, in both themes and at two sizes',
  { timeout: 240_000 },
  async () => {
    const found: string[] = []
    for (const screen of ['Home', 'Studies', 'Consent', 'Rounds', 'Models', 'Audit', 'Settings']) {
      await goTo(page, screen)
      found.push(...(await faultsOf(page)))
      await picture(page, `08-${screen}`)
    }
    expect(found).toEqual([])
    expect(complaints).toEqual([])
  },
)

test('after a restart of the engine everything is still there', { timeout: 120_000 }, async () => {
  expect(await started.stop()).toBe(0)
  await page.getByText('The engine stopped answering').first().waitFor()
  await picture(page, '09-stopped')
  started = await startOwn(own, started.port)
  await page.goto(started.link)
  await unlock(page, NAME, PASSPHRASE)
  await expectResults()
  await goTo(page, 'Datasets')
  await page.getByRole('link', { name: 'cardiology' }).waitFor()
  await goTo(page, 'Consent')
  await page.getByText('Dr. Moreau').first().waitFor()
  expect((await view()).state).toBe('finished')
})
