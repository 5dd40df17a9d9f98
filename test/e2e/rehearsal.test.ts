import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest'
import { rehearsalFolder } from '#headless/rehearsal/place.ts'
import { faultsOf, openPage, picture, startBrowser } from './browser-kit.ts'
import { startOwn, type Started } from './own-hospital.ts'
import { processesUnder } from './processes.ts'
import { approve, mapColumns } from './steps.ts'

const SECONDS = 1000
const OWN = 'Alder Sample Hospital'
const OTHERS = ['Birch Sample Hospital', 'Cedar Sample Hospital', 'Dogwood Sample Hospital']
const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-rehearsal-'))
const home = path.join(folder, 'home')
const rehearsal = rehearsalFolder(home)
let browser: Browser
let started: Started
let page: Page
let complaints: string[]
let began = 0

beforeAll(async () => {
  browser = await startBrowser()
  ;({ page, complaints } = await openPage(browser))
  started = await startOwn(folder)
}, 240 * SECONDS)
beforeEach(() => onTestFailed(() => picture(page, 'rehearsal-failed')))
afterAll(async () => {
  await browser?.close()
  await started?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60 * SECONDS)

const banner = () => page.getByRole('complementary', { name: 'Rehearsal' })
const samples = () => processesUnder(started.pid).filter(({ command }) => command.includes('sample-process'))
const states = () => banner().getByRole('listitem').allInnerTexts()
async function follow(link: string): Promise<void> {
  await banner()
    .getByRole('link', { name: link })
    .click({ timeout: 60 * SECONDS })
}

test('one button on the first page starts three more hospitals', { timeout: 120 * SECONDS }, async () => {
  await page.goto(started.link)
  await page.getByRole('button', { name: 'Start the rehearsal' }).waitFor()
  await picture(page, 'rehearsal-1-offer')
  expect(await faultsOf(page)).toEqual([])
  began = Date.now()
  await page.getByRole('button', { name: 'Start the rehearsal' }).click()
  await banner().waitFor({ timeout: 60 * SECONDS })
  await page.getByRole('heading', { name: OWN }).waitFor()
  await expect
    .poll(async () => (await states()).filter((one) => one.includes('running')).length, {
      timeout: 90 * SECONDS,
    })
    .toBe(3)
  for (const name of OTHERS) expect((await states()).join()).toContain(name)
  expect(samples()).toHaveLength(3)
  expect(existsSync(home)).toBe(false)
  await picture(page, 'rehearsal-2-home')
  expect(await faultsOf(page)).toEqual([])
})

test(
  'the sample table goes through the import, and a study arrives',
  { timeout: 120 * SECONDS },
  async () => {
    await banner().getByRole('button', { name: 'Import the sample table' }).click()
    await page
      .locator('button:enabled', { hasText: /^Import [\d,]+ rows?$/ })
      .click({ timeout: 60 * SECONDS })
    await page.getByText(`${OWN} is imported`).waitFor({ timeout: 60 * SECONDS })
    await follow('Map the columns')
    await picture(page, 'rehearsal-3-mapping')
  },
)

test(
  'it is mapped and approved on the page; the others answer by themselves',
  { timeout: 120 * SECONDS },
  async () => {
    await mapColumns(page)
    await picture(page, 'rehearsal-4-consent')
    expect(await faultsOf(page)).toEqual([])
    await approve(page, 'Dr. Moreau')
    await follow('See who has answered')
    await picture(page, 'rehearsal-5-answers')
    await follow('Watch the rounds')
    await page
      .getByText('4 of 4 in')
      .first()
      .waitFor({ timeout: 60 * SECONDS })
    await picture(page, 'rehearsal-6-rounds')
  },
)

test(
  'a hospital that lies is outvoted: its round is rolled back, and the screen says what that means',
  { timeout: 180 * SECONDS },
  async () => {
    await banner().getByRole('button', { name: 'Let it lie Birch Sample Hospital' }).click()
    await banner().getByText('sends false numbers').waitFor()
    await banner()
      .getByText(/^Round \d+ was rolled back\. [34] of 4 hospitals found/)
      .waitFor({ timeout: 90 * SECONDS })
    await banner().getByRole('button', { name: 'Let it be honest Birch Sample Hospital' }).click()
    await page.getByRole('button', { name: /^Look at round \d+$/ }).click({ timeout: 30 * SECONDS })
    await page.getByRole('heading', { name: 'What members found of its model' }).waitFor()
    await page.getByText('it was rolled back: training goes on from the best model before it').waitFor()
    await picture(page, 'rehearsal-6-lie')
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Back to the round under way' }).click()
  },
)

test(
  'a hospital that drops out is missed, the rounds go on, and it comes back',
  { timeout: 180 * SECONDS },
  async () => {
    await banner().getByRole('button', { name: 'Drop out Cedar Sample Hospital' }).click()
    await banner().getByText('dropped out').waitFor()
    await expect.poll(() => samples().length, { timeout: 10 * SECONDS }).toBe(2)
    await page
      .getByText('3 of 4 in')
      .first()
      .waitFor({ timeout: 90 * SECONDS })
    await picture(page, 'rehearsal-7-dropped')
    await banner().getByRole('button', { name: 'Bring back Cedar Sample Hospital' }).click()
    await page
      .getByText('4 of 4 in')
      .first()
      .waitFor({ timeout: 90 * SECONDS })
    await expect.poll(() => samples().length, { timeout: 10 * SECONDS }).toBe(3)
  },
)

test('results are there within minutes of the first click', { timeout: 240 * SECONDS }, async () => {
  await banner()
    .getByRole('link', { name: 'Read the results' })
    .click({ timeout: 200 * SECONDS })
  await page.getByText('The shared model ranks').waitFor({ timeout: 60 * SECONDS })
  console.log(`From the first click to the results: ${Math.round((Date.now() - began) / 1000)} s`)
  await picture(page, 'rehearsal-8-results')
  expect(await faultsOf(page)).toEqual([])
  expect(complaints).toEqual([])
})

test('a restart of the app goes on with it', { timeout: 120 * SECONDS }, async () => {
  expect(await started.stop()).toBe(0)
  expect(existsSync(rehearsal)).toBe(true)
  started = await startOwn(folder, started.port)
  await page.goto(started.link)
  await banner()
    .getByRole('link', { name: 'Read the results' })
    .waitFor({ timeout: 60 * SECONDS })
  await expect.poll(() => samples().length, { timeout: 30 * SECONDS }).toBe(3)
})

test('it ends without a trace', { timeout: 60 * SECONDS }, async () => {
  await banner().getByRole('button', { name: 'End and remove everything' }).click()
  await picture(page, 'rehearsal-9-end')
  await page.getByRole('dialog').getByRole('button', { name: 'End the rehearsal' }).click()
  await page.getByRole('button', { name: 'Start the rehearsal' }).waitFor({ timeout: 30 * SECONDS })
  expect(existsSync(rehearsal)).toBe(false)
  expect(existsSync(home)).toBe(false)
  expect(processesUnder(started.pid)).toEqual([])
  await page.getByRole('button', { name: 'Make the key' }).waitFor()
})
