import { AxeBuilder } from '@axe-core/playwright'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright'
import { findBrowser } from '#build/browser.mjs'
import { buildRenderer } from '#build/renderer.mjs'
import { setUp } from '#build/setup.mjs'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Builds the pages when they changed, and starts a browser. */
export async function startBrowser(): Promise<Browser> {
  await buildRenderer(await setUp())
  const { executablePath, args, env } = await findBrowser()
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env } })
}

/** A link as a start hands it over: the address of a file that leads there, which is another site for the browser. */
export function handedOver(folder: string, link: string): string {
  const file = path.join(folder, 'open.html')
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0;url=${link}">`)
  return pathToFileURL(file).href
}

/** A page in a browser of its own; `complaints` collects what its console says. */
export async function openPage(browser: Browser) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, context, complaints }
}

/** What is wrong with the screen that is shown: broken rules of WCAG in either theme, and what overflows at two sizes. */
export async function faultsOf(page: Page): Promise<string[]> {
  const place = new URL(page.url()).hash
  // There are no frames in ours, and what is drawn within a picture has its words on the picture.
  const checker = () => new AxeBuilder({ page }).setLegacyMode(true).exclude('svg > *')
  const light = await checker().withTags(WCAG).analyze()
  await page.emulateMedia({ colorScheme: 'dark' })
  const colours = ['color-contrast', 'link-in-text-block']
  const dark = await checker().withRules(colours).analyze()
  await page.emulateMedia({ colorScheme: 'light' })
  const broken = [...light.violations, ...dark.violations].flatMap((one) =>
    one.nodes.map((node) => `${place} ${one.id}: ${node.html.slice(0, 160)}`),
  )
  const wide: string[] = []
  for (const size of [
    { width: 640, height: 400 },
    { width: 1280, height: 800 },
  ]) {
    await page.setViewportSize(size)
    await page.evaluate(drawn)
    const widest = await page.evaluate(overflowing)
    if (widest !== null) wide.push(`${place} overflows at ${size.width}: ${widest}`)
  }
  return [...broken, ...wide]
}

/** Two frames: in the first a chart measures its new room, in the second it is drawn in it. */
const drawn = () =>
  new Promise<void>((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
  })

/** What reaches beyond the right edge of a page that scrolls sideways; null where it does not. */
function overflowing(): string | null {
  const edge = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= edge) return null
  const beyond = [...document.querySelectorAll('main *')].filter(
    (one) => one.getBoundingClientRect().right > edge + 1,
  )
  return beyond
    .map((one) => one.outerHTML.slice(0, 90))
    .slice(0, 6)
    .join(' | ')
}

/** Keeps a picture of the page where the environment names a folder for such. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.MURMURATION_PICTURES
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true })
}
