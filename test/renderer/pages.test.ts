import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { screens } from '#renderer/frame/route.ts'
import { hashOf } from './double-world.ts'
import { goTo, openScene, startBrowser, WCAG } from './pages-kit.ts'

const [running, asked, unmapped, finished] = [20, 22, 24, 25].map(hashOf)
const places = [
  ...screens.map((screen) => `#/${screen}`),
  '#/datasets/heart1234567',
  `#/studies/${running}`,
  `#/mapping/${unmapped}`,
  `#/consents/${asked}`,
  `#/consents/${running}`,
  `#/results/${finished}`,
]

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterAll(() => browser?.close())

const isWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test(
    'no screen has an axe violation, and the policy blocks nothing of ours',
    { timeout: 120_000 },
    async () => {
      const { page, complaints, close } = await openScene(browser, 'full', { colorScheme })
      const found: string[] = []
      for (const place of places) {
        await goTo(page, place)
        // Only colours differ between the themes.
        const axe = new AxeBuilder({ page })
        const rules =
          colorScheme === 'light'
            ? axe.withTags(WCAG)
            : axe.withRules(['color-contrast', 'link-in-text-block'])
        const { violations } = await rules.analyze()
        found.push(
          ...violations.flatMap((one) =>
            one.nodes.map((node) => `${place} ${one.id}: ${node.html.slice(0, 160)}`),
          ),
        )
      }
      await close()
      expect(found).toEqual([])
      expect(complaints).toEqual([])
    },
  )
})

test.each([
  ['1280 by 800', { width: 1280, height: 800 }],
  ['200% zoom', { width: 640, height: 400 }],
])(
  'nothing overflows at %s, with 49 hospitals and 1,200 columns too',
  { timeout: 120_000 },
  async (_, viewport) => {
    for (const scene of ['full', 'many'] as const) {
      const { page, close } = await openScene(browser, scene, { viewport })
      const wide: string[] = []
      for (const place of scene === 'full'
        ? places
        : ['#/rounds', '#/network', '#/results', `#/studies/${running}`, '#/datasets/wide123456789']) {
        await goTo(page, place)
        if (await isWide(page)) wide.push(place)
      }
      await close()
      expect(wide, scene).toEqual([])
    }
  },
)

test('sentences 40% longer fit as well', { timeout: 120_000 }, async () => {
  const { page, complaints, close } = await openScene(browser, 'full')
  await page.goto(page.url().replace(/#.*$/, '') + '?language=en-XA')
  await page.locator('h1').waitFor()
  const wide: string[] = []
  for (const place of places) {
    await goTo(page, place)
    if (await isWide(page)) wide.push(place)
  }
  await goTo(page, '#/datasets')
  const table = { name: 't1.csv', mimeType: 'text/csv', buffer: Buffer.from('patient,age') }
  await page.locator('input[type=file]').first().setInputFiles(table)
  await page.locator('h1', { hasText: 't1.csv' }).waitFor()
  if (await isWide(page)) wide.push('an import')
  expect(await page.locator('h1').innerText()).toMatch(/^\[/)
  await close()
  expect([wide, complaints]).toEqual([[], []])
})

test('the flock drifts, and stands still for those who want less motion', async () => {
  const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
    const { page, close } = await openScene(browser, 'full', { reducedMotion })
    await goTo(page, `#/rounds/${running}`)
    await page.getByText('Who takes part').first().waitFor()
    const count = await page.evaluate(
      () => document.getAnimations().filter((one) => one.playState === 'running').length,
    )
    await close()
    return count
  }
  expect(await moving('reduce')).toBe(0)
  expect(await moving('no-preference')).toBeGreaterThan(0)
})
