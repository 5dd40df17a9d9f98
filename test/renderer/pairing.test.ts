import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createFormat } from '#renderer/words/format.ts'
import { faultsOf, picture } from '../e2e/browser-kit.ts'
import { closeAll, importText, openHospital } from '../engine/hospital.ts'
import { startBrowser } from './pages-kit.ts'
import { openReal } from './real-kit.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterEach(closeAll)
afterAll(() => browser?.close())

const wordsOn = (page: Page) => page.getByRole('list', { name: 'Six words' }).innerText()

test('two people compare six words on two screens and confirm, and both are told whose clock is wrong', async () => {
  const AHEAD = 75_000
  const [a, b] = [await openHospital('Aue'), await openHospital('Buch', () => AHEAD)]
  const [here, there] = [await openReal(browser, a), await openReal(browser, b)]
  for (const { page } of [here, there]) await page.evaluate(() => (location.hash = '#/network'))
  await here.page.getByRole('button', { name: 'Make a code' }).click()
  const code = await here.page.getByLabel('Your invitation', { exact: true }).inputValue()
  await here.page.getByRole('img', { name: 'Your invitation as a QR code' }).waitFor()
  await here.page.getByText('Waiting for them to enter it').waitFor()
  await picture(here.page, 'pairing-invite')

  await there.page.getByLabel('Invitation code').fill(code)
  await there.page.getByRole('button', { name: 'Read the code' }).click()
  await there.page.getByRole('button', { name: 'Connect and compare words' }).click()
  await there.page.getByRole('heading', { name: 'Pairing with Aue' }).waitFor()
  await here.page.getByRole('heading', { name: 'Pairing with Buch' }).waitFor()
  expect(await wordsOn(here.page)).toBe(await wordsOn(there.page))
  expect((await wordsOn(here.page)).trim().split(/\s+/)).toHaveLength(6)
  await picture(here.page, 'pairing-words')
  expect(await faultsOf(here.page)).toEqual([])

  await here.page.getByRole('button', { name: 'The words are the same: confirm' }).click()
  await here.page.getByText('Waiting for Buch to confirm too').waitFor()
  await there.page.getByRole('button', { name: 'The words are the same: confirm' }).first().click()
  await here.page.getByText('Buch is known now, by its key.').waitFor()
  await there.page.getByText('Aue is known now, by its key.').waitFor()
  await here.page.getByText(/its clock is .* ahead of ours/).waitFor()
  await there.page.getByText(/its clock is .* behind ours/).waitFor()
  expect([...here.complaints, ...there.complaints]).toEqual([])
  await here.close()
  await there.close()
})

test('three people hear a roll call on three screens, tick whom they heard, and one who hears other words stops all', async () => {
  const hospitals = await Promise.all(['Aue', 'Buch', 'Calw'].map((name) => openHospital(name)))
  const screens = await Promise.all(hospitals.map((one) => openReal(browser, one)))
  const [here, there, third] = screens.map(({ page }) => page) as [Page, Page, Page]
  for (const { page } of screens) await page.evaluate(() => (location.hash = '#/network'))
  await here.getByRole('button', { name: 'Call the roll' }).click()
  const code = await here.getByLabel('Code of this roll call').inputValue()
  for (const page of [there, third]) {
    await page.getByLabel('Invitation code').fill(code)
    await page.getByRole('button', { name: 'Read the code' }).click()
    await page.getByRole('button', { name: 'Join the roll call' }).click()
    await page.getByText('Whoever calls the roll begins once all are here').waitFor()
  }
  await here.getByText('Calw').first().waitFor()
  await here.getByRole('button', { name: 'All are here: make the words' }).click()
  for (const page of [here, there, third]) await page.getByText('Heard with these words').waitFor()
  expect(new Set(await Promise.all([here, there, third].map(wordsOn))).size).toBe(1)
  expect(await faultsOf(here)).toEqual([])

  await third.getByRole('button', { name: 'I heard other words: stop' }).click()
  await third.getByText('Somebody may stand in between').waitFor()
  for (const [page, other] of [
    [here, 'Buch'],
    [there, 'Aue'],
  ] as const) {
    await page.getByText('Calw saw other words').waitFor()
    expect(await page.getByRole('checkbox', { name: 'Calw' }).isDisabled()).toBe(true)
    await page.getByRole('checkbox', { name: other }).check()
    await page.getByRole('button', { name: 'Confirm 1 hospital' }).click()
    await page.getByText(`${other} is known now, by its key.`).waitFor()
    await page.getByText('Calw was not ticked and is not confirmed.').waitFor()
  }
  const known = await Promise.all(hospitals.map((one) => one.call('peers.list', null)))
  expect(known.map((peers) => peers.map(({ name }) => name))).toEqual([['Buch'], ['Aue'], []])
  expect(screens.flatMap(({ complaints }) => complaints)).toEqual([])
  for (const { close } of screens) await close()
})

test('a time is kept in UTC and shown with its zone, so that the hour that comes twice is told apart', async () => {
  const first = Date.UTC(2026, 9, 25, 0, 30)
  const second = Date.UTC(2026, 9, 25, 1, 30)
  let at = first
  const hospital = await openHospital('Aue', () => at - Date.now())
  await importText(hospital, 'before', 'kg,alive\n70,1\n80,0\n')
  at = second
  await importText(hospital, 'after', 'kg,alive\n70,1\n80,0\n')
  const stored = (await hospital.call('datasets.list', null)).map((one) => one.importedAt)
  expect(stored.toSorted((a, b) => a - b).map((one) => Math.round(one / 60_000))).toEqual([
    first / 60_000,
    second / 60_000,
  ])
  const { page, close } = await openReal(browser, hospital, { timezoneId: 'Europe/London' })
  await page.evaluate(() => (location.hash = '#/datasets'))
  await page.getByRole('row', { name: 'before' }).getByText('25 Oct 2026, 01:30 BST').waitFor()
  await page.getByRole('row', { name: 'after' }).getByText('25 Oct 2026, 01:30 GMT').waitFor()
  await close()
  const berlin = createFormat('en-GB', 'Europe/Berlin')
  expect([first, second].map(berlin.moment)).toEqual(['25 Oct 2026, 02:30 CEST', '25 Oct 2026, 02:30 CET'])
})
