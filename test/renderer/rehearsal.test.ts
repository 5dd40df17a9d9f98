import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOf } from './double-world.ts'
import { goTo, openScene, startBrowser } from './pages-kit.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterAll(() => browser?.close())

test('the banner says who lies, what was seen of it and what that means, and lets it be honest again', async () => {
  const { page, complaints, close } = await openScene(browser, 'rehearsal')
  const banner = page.getByRole('complementary', { name: 'Rehearsal' })
  await banner.getByText('sends false numbers').waitFor()
  await banner
    .getByText(/^Cedar Sample Hospital now sends numbers that pull the model the wrong way/)
    .waitFor()
  await banner.getByText(/^Round 9 was rolled back\. 2 of 3 hospitals found its model worse/).waitFor()
  await banner.getByText('a lie, or chance').waitFor()

  await banner.getByRole('link', { name: 'See the votes' }).click()
  await page.getByRole('button', { name: 'Look at round 9' }).click()
  await page.getByRole('heading', { name: 'What members found of its model' }).waitFor()
  await page.getByText('us and Lakeside University Hospital').waitFor()
  await page.getByRole('button', { name: 'Back to the round under way' }).click()
  await page.getByRole('heading', { name: 'Training round 12' }).waitFor()

  await banner.getByRole('button', { name: 'Let it be honest Cedar Sample Hospital' }).click()
  await banner.getByRole('button', { name: 'Let it lie Cedar Sample Hospital' }).waitFor()
  expect(await banner.getByText('sends false numbers').count()).toBe(0)
  await banner.getByRole('button', { name: 'Let it lie Birch Sample Hospital' }).click()
  await banner.getByText(/^Birch Sample Hospital now sends numbers/).waitFor()
  expect(complaints).toEqual([])
  await close()
}, 60_000)

test('an attempt that came to nothing says who gave it up, when, whom they waited for, and what is proved', async () => {
  const { page, close } = await openScene(browser, 'full')
  await goTo(page, `#/rounds/${hashOf(20)}`)
  await page
    .getByText('Attempt 1 was given up by 3 hospitals, before all had committed to their masked numbers.')
    .waitFor()
  await page
    .getByText('St Brendan Hospital (3 say so) and Lakeside University Hospital (1 says so)')
    .waitFor()
  await page.getByRole('button', { name: 'Look at training round 6' }).click()
  await page.getByText('void, repeated afresh').first().waitFor()
  await page.getByText(/^Proved by its own signatures: Harbour General Hospital/).waitFor()
  await close()
}, 60_000)
