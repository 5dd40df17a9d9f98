import type { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scenes } from './double-studies.ts'
import { hashOf } from './double-world.ts'
import { checker, goTo, openScene, startBrowser, WCAG } from './pages-kit.ts'
import { stops, type Stop } from './stops.ts'

const running = hashOf(20)

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterAll(() => browser?.close())

const isWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

type Opened = Awaited<ReturnType<typeof openScene>>

/** Goes to every stop that is wanted, each screen in its state, and returns what the browser complained of. */
async function visit(
  options: Parameters<typeof openScene>[2],
  isWanted: (stop: Stop) => boolean,
  look: (page: Page, stop: Stop) => Promise<void>,
): Promise<string[]> {
  const complaints: string[] = []
  const leave = async (opened: Opened | null) => {
    complaints.push(...(opened?.complaints ?? []))
    await opened?.close()
  }
  for (const scene of scenes) {
    let opened: Opened | null = null
    for (const stop of stops.filter((one) => one.scene === scene && isWanted(one))) {
      if (stop.act) await leave(opened)
      if (stop.act || !opened) opened = await openScene(browser, scene, options)
      await goTo(opened.page, stop.hash)
      await stop.act?.(opened.page)
      await look(opened.page, stop)
    }
    await leave(opened)
  }
  return complaints
}

const isChecked = ({ alike, scene }: Stop) => !alike && scene !== 'many'
const sizes = [
  { width: 640, height: 400 },
  { width: 1280, height: 800 },
]

/** Sizes at which a page is wider than its window: 1280 by 800, and the same at 200% zoom. */
async function overflowsOf(page: Page): Promise<number[]> {
  const wide: number[] = []
  for (const size of sizes) {
    await page.setViewportSize(size)
    // In the second frame charts are drawn in their new room.
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    )
    if (await isWide(page)) wide.push(size.width)
  }
  return wide
}

/** What breaks a rule on a page. */
async function broken(checker: AxeBuilder, name: string): Promise<string[]> {
  const { violations } = await checker.analyze()
  return violations.flatMap((one) => one.nodes.map((node) => `${name} ${one.id}: ${node.html.slice(0, 160)}`))
}

test(
  'no screen has an axe violation or overflows in any state, and the policy blocks nothing of ours',
  { timeout: 600_000 },
  async () => {
    const found: string[] = []
    const complaints = await visit(
      { colorScheme: 'light' },
      () => true,
      async (page, stop) => {
        const name = `${stop.scene} ${stop.name}`
        if (isChecked(stop)) found.push(...(await broken(checker(page).withTags(WCAG), name)))
        found.push(...(await overflowsOf(page)).map((width) => `${name} overflows at ${width}`))
      },
    )
    expect(found).toEqual([])
    expect(complaints).toEqual([])
  },
)

test('in the dark theme no colour is too faint', { timeout: 300_000 }, async () => {
  const found: string[] = []
  // Only colours differ between the themes.
  const isWanted = (stop: Stop) => isChecked(stop) && stop.scene === 'full' && !stop.act
  const rules = ['color-contrast', 'link-in-text-block']
  const complaints = await visit({ colorScheme: 'dark' }, isWanted, async (page, { name }) => {
    found.push(...(await broken(checker(page).withRules(rules), name)))
  })
  expect([found, complaints]).toEqual([[], []])
})

test('sentences 40% longer fit as well', { timeout: 120_000 }, async () => {
  const { page, complaints, close } = await openScene(browser, 'full')
  await page.goto(page.url().replace(/#.*$/, '') + '?language=en-XA')
  await page.locator('h1').waitFor()
  const wide: string[] = []
  for (const { name, hash } of stops.filter(({ scene, act }) => scene === 'full' && !act)) {
    await goTo(page, hash)
    if (await isWide(page)) wide.push(name)
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
