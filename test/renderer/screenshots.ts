import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Browser, type Page } from 'playwright'
import { findBrowser } from '#build/browser.mjs'
import { serveScene } from './double.ts'
import { scenes, type Scene } from './double-studies.ts'
import { hashOf, NOW } from './double-world.ts'
import { stops, type Stop } from './stops.ts'

/**
 * Takes a picture of every screen in every state with a double of the engine: in both themes, at 1280 by 800 and 1920 by
 * 1080, in a small window, at 200% zoom and with sentences two fifths longer; and says what the policy blocked and what
 * overflows. With a link that `murmuration open` printed it pictures that real engine instead.
 * `node test/renderer/screenshots.ts FOLDER [parts of names, with commas] [names of looks, with commas] [link]`
 */
const [folder = 'build/out/screenshots', parts = '', looksNamed = '', link = ''] = process.argv.slice(2)
const PAGES = path.resolve('build/out/renderer')
const LONG = 'en-XA'

interface Look {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly dark?: boolean
  /** Pixels of the screen for one of the page. */
  readonly zoom?: number
  readonly language?: string
}
const every: readonly Look[] = [
  { name: 'light', width: 1280, height: 800 },
  { name: 'dark', width: 1280, height: 800, dark: true },
  { name: 'wide', width: 1920, height: 1080 },
  { name: 'wide-dark', width: 1920, height: 1080, dark: true },
  { name: 'small', width: 900, height: 640 },
  { name: 'zoom', width: 640, height: 400, zoom: 2 },
  { name: 'long', width: 1280, height: 800, language: LONG },
]
const looks = every.filter(({ name }) => looksNamed === '' || looksNamed.split(',').includes(name))
const nameOf = ({ scene, name }: Stop) => `${scene}-${name}`
const isWanted = (stop: Stop) => parts.split(',').some((part) => nameOf(stop).includes(part))

async function picture(page: Page, name: string, look: Look) {
  const file = path.join(folder, `${name}-${look.name}.png`)
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  )
  if (wide) console.log(`OVERFLOWS ${file}`)
  await page.evaluate(() => window.scrollTo(0, 0))
  await page.screenshot({ path: file, fullPage: true })
}

async function open(browser: Browser, scene: string, to: string, { dark = false, ...look }: Look) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    deviceScaleFactor: look.zoom ?? 1,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    timezoneId: 'Europe/London',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  if (!link) await page.clock.setFixedTime(NOW)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.log(`${scene}: ${message.text()}`)
  })
  page.on('pageerror', (error) => console.log(`${scene}: ${error.message}`))
  await page.goto(to)
  await page.locator('h1').waitFor()
  return page
}

/** A page with a scene behind it, which goes when the page does. */
async function openScene(browser: Browser, scene: Scene, look: Look): Promise<Page> {
  const server = await serveScene(PAGES, scene)
  const page = await open(browser, scene, server.makeLink(), look)
  page.context().once('close', () => void server.close())
  if (!look.language) return page
  await page.goto(`${page.url().replace(/#.*$/, '')}?language=${look.language}`)
  await page.locator('h1').waitFor()
  return page
}

/** A fresh page for each stop at which something is done; the others are walked one after the other. */
async function walk(browser: Browser, scene: Scene, look: Look) {
  // What is done is found by its English name.
  const isSeen = (stop: Stop) => stop.scene === scene && isWanted(stop) && !(stop.act && look.language)
  let page: Page | null = null
  for (const stop of stops.filter(isSeen)) {
    if (stop.act) await page?.context().close()
    page = stop.act || !page ? await openScene(browser, scene, look) : page
    await page.evaluate((to) => (location.hash = to), stop.hash)
    await page.waitForTimeout(300)
    await act(page, stop)
    await picture(page, nameOf(stop), look)
  }
  await page?.context().close()
}

async function act(page: Page, stop: Stop) {
  if (!stop.act) return
  await stop
    .act(page)
    .catch((error: unknown) => console.log(`${nameOf(stop)}: ${String(error).slice(0, 300)}`))
  await page.waitForTimeout(250)
}

/** The plain screens with what a real engine has: its first study and its first dataset. A link opens one browser only. */
async function walkReal(browser: Browser, all: readonly Look[]) {
  const [usual] = all
  if (!usual) return
  const page = await open(browser, 'real', link, usual)
  const first = async (list: string) => {
    await page.evaluate((to) => (location.hash = to), list)
    const found = page.locator('main tbody a').first()
    return ((await found.getAttribute('href')) ?? '').split('/').at(-1) ?? ''
  }
  const [study, dataset] = [await first('#/studies'), await first('#/datasets')]
  const known = new Set([20, 22, 24, 25].map(hashOf))
  for (const look of all) {
    await page.emulateMedia({ colorScheme: look.dark ? 'dark' : 'light' })
    await page.setViewportSize(look)
    for (const stop of stops.filter((one) => one.scene === 'full' && !one.act && isWanted(one))) {
      const id = stop.hash.split('/').at(-1) ?? ''
      const real = id === 'heart1234567' ? dataset : known.has(id) ? study : id
      await page.evaluate((to) => (location.hash = to), stop.hash.replace(id, real))
      await page.waitForTimeout(900)
      await picture(page, `real-${stop.name}`, look)
    }
  }
}

mkdirSync(folder, { recursive: true })
const { executablePath, args, env } = await findBrowser()
const browser = await chromium.launch({
  executablePath,
  args,
  env: { ...process.env, ...env },
})
if (link) await walkReal(browser, looks)
else for (const look of looks) for (const scene of scenes) await walk(browser, scene, look)
await browser.close()
