import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright'
import { findBrowser } from '#build/browser.mjs'
import { buildRenderer } from '#build/renderer.mjs'
import { setUp } from '#build/setup.mjs'
import { serveScene } from './double.ts'
import type { Scene } from './double-studies.ts'
import { NOW } from './double-world.ts'

export const PAGES = path.resolve(import.meta.dirname, '../../build/out/renderer')
/** The rules of WCAG 2.2 AA, and what the makers of the checker advise beyond. */
export const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** A checker of a page. There are no frames in ours, and what is drawn within a picture has its words on the picture. */
export const checker = (page: Page) => new AxeBuilder({ page }).setLegacyMode(true).exclude('svg > *')

/** Builds the pages when they changed, and starts a browser. */
export async function startBrowser(): Promise<Browser> {
  await buildRenderer(await setUp())
  const { executablePath, args, env } = await findBrowser()
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env } })
}

/** Opens the pages with a scene behind them; `complaints` collects what the browser's console says. */
export async function openScene(
  browser: Browser,
  scene: Scene,
  options: Parameters<Browser['newContext']>[0] = {},
) {
  const server = await serveScene(PAGES, scene)
  const context = await browser.newContext({
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

/** Goes to a screen and waits until it has its data. */
export async function goTo(page: Page, hash: string) {
  await page.evaluate((to) => (location.hash = to), hash)
  await page.waitForFunction(() => !document.querySelector('main .loading'))
  await page.waitForTimeout(60)
}
