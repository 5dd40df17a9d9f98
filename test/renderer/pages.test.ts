import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser } from '#build/browser.mjs'
import { setUp } from '#build/setup.mjs'
import { buildRenderer } from '#build/renderer.mjs'
import { screens } from '#renderer/frame/route.ts'
import { serveScene, type Scene } from './double.ts'
import { hashOf, NOW } from './double-world.ts'

const PAGES = path.resolve(import.meta.dirname, '../../build/out/renderer')
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
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
  await buildRenderer(await setUp())
  const { executablePath, args, env } = await findBrowser()
  browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } })
}, 240_000)
afterAll(() => browser?.close())

async function openScene(scene: Scene, options: Parameters<Browser['newContext']>[0] = {}) {
  const server = await serveScene(PAGES, scene)
  const context: BrowserContext = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.clock.setFixedTime(NOW)
  await page.goto(server.makeLink())
  await page.locator('h1').waitFor()
  const close = async () => {
    await context.close()
    await server.close()
  }
  return { ...server, stop: server.close, page, complaints, close }
}

async function goTo(page: Page, hash: string) {
  await page.evaluate((to) => (location.hash = to), hash)
  await page.waitForFunction(() => !document.querySelector('main .loading'))
  await page.waitForTimeout(60)
}

const isWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test(
    'no screen has an axe violation, and the policy blocks nothing of ours',
    { timeout: 120_000 },
    async () => {
      const { page, complaints, close } = await openScene('full', { colorScheme })
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
      const { page, close } = await openScene(scene, { viewport })
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

test('sentences 40% longer fit as well', async () => {
  const { page, complaints, close } = await openScene('full')
  await page.goto(page.url().replace(/#.*$/, '') + '?language=en-XA')
  await page.locator('h1').waitFor()
  const wide: string[] = []
  for (const place of places) {
    await goTo(page, place)
    if (await isWide(page)) wide.push(place)
  }
  expect(await page.locator('h1').innerText()).toMatch(/^\[/)
  await close()
  expect([wide, complaints]).toEqual([[], []])
})

test('figures follow the engine: a change that it announces is on the screen without a reload', async () => {
  const { page, handlers, announce, close } = await openScene('full')
  await goTo(page, '#/datasets')
  const before = handlers['datasets.list'](null)
  const [first] = await before
  Object.assign(first!, { rows: 98_765 })
  expect(await page.getByText('98,765').count()).toBe(0)
  announce({ event: 'datasets.changed' })
  await page.getByText('98,765').waitFor()
  await close()
})

test('a file chosen or dropped reaches the engine in chunks, and its end is told', async () => {
  const { page, handlers, close } = await openScene('full')
  const sizes: number[] = []
  Object.assign(handlers, {
    'imports.chunk': ({ bytes }: { bytes: Uint8Array }) => {
      sizes.push(bytes.length)
      return { id: 'import-1', name: 'x', size: 0, done: bytes.length, rows: 9 }
    },
  })
  await goTo(page, '#/datasets')
  const size = 2_500_000
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'big.csv', mimeType: 'text/csv', buffer: Buffer.alloc(size, 'a') })
  await page.getByText('big is imported').waitFor()
  expect(sizes).toEqual([1_048_576, 1_048_576, size - 2 * 1_048_576])

  await goTo(page, '#/help')
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['a,b\n1,2\n'], 'dropped.csv'))
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
    )
  })
  await page.getByText('dropped is imported').waitFor()
  await close()
})

test('consent: a name is needed, what is signed is the text that was shown, and declining needs a reason', async () => {
  const { page, handlers, close } = await openScene('full')
  const signed: Record<string, unknown>[] = []
  const answer = handlers['consents.decide']
  Object.assign(handlers, {
    'consents.decide': (input: Parameters<typeof answer>[0]) => {
      signed.push({ ...input })
      return answer(input)
    },
  })
  await goTo(page, `#/consents/${asked}`)
  await page.getByRole('button', { name: 'Approve rounds 1 to 80' }).click()
  await page.getByText('Give the name of the person who decides.').waitFor()
  expect(signed).toEqual([])
  await page.getByLabel('Name', { exact: true }).fill('Dr. Moreau')
  await page.getByLabel('Only round 1').check()
  await page.getByRole('button', { name: 'Approve round 1' }).click()
  await page.getByText('The answer is signed').waitFor()
  expect(signed[0]).toMatchObject({ decision: 'approve', from: 1, to: 1, textHash: hashOf(77) })

  await page.getByRole('button', { name: 'Decline…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Decline', exact: true }).click()
  await dialog.getByText('Give a reason.').waitFor()
  await dialog.getByLabel('Reason').fill('The DPIA is not ready.')
  await dialog.getByRole('button', { name: 'Decline', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(signed[1]).toMatchObject({ decision: 'decline', reason: 'The DPIA is not ready.' })
  await close()
})

test('everything on the consent page is reached with the keyboard, in order, and the focus is seen', async () => {
  const { page, close } = await openScene('full')
  await goTo(page, `#/consents/${asked}`)
  const reached: string[] = []
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    const here = await page.evaluate(() => {
      const one = document.activeElement as HTMLElement
      const seen = getComputedStyle(one).outlineStyle !== 'none'
      return {
        name: (one.innerText || one.getAttribute('type') || one.tagName).trim().split('\n')[0] ?? '',
        seen,
        end: one === document.body,
      }
    })
    if (here.end) break
    expect(here.seen, here.name).toBe(true)
    reached.push(here.name)
  }
  expect(reached).toEqual(expect.arrayContaining(['Print', 'Decline…', 'Approve rounds 1 to 80']))
  expect(reached.indexOf('Decline…')).toBeLessThan(reached.indexOf('Approve rounds 1 to 80'))
  await close()
})

test('a failing engine is told in words, and a lost one is found again by itself', async () => {
  const failing = await openScene('failing')
  await goTo(failing.page, '#/datasets')
  await failing.page.getByText('The database on disk is damaged.').first().waitFor()
  await failing.close()

  const { page, handlers, cut, ...scene } = await openScene('full')
  await goTo(page, '#/datasets')
  const [first] = await handlers['datasets.list'](null)
  Object.assign(first!, { rows: 45_678 })
  cut()
  await page.getByText('45,678').waitFor()
  await scene.stop()
  await page.getByText('The engine stopped answering').waitFor()
  await page.context().close()
})
