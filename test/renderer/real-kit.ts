import type { Browser, Page } from 'playwright'
import { servePages } from '#headless/page-server.ts'
import type { Hospital } from '../engine/hospital.ts'
import { PAGES } from './pages-kit.ts'

/** Opens the pages on a real engine in this process: every figure on them comes through the contract from its store. */
export async function openReal(
  browser: Browser,
  hospital: Hospital,
  options: Parameters<Browser['newContext']>[0] = {},
) {
  const server = await servePages(PAGES, 0, (duplex) => void hospital.serve(duplex))
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    ...options,
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(server.makeLink())
  await page.locator('h1').waitFor()
  const close = async () => {
    await context.close()
    await server.close()
  }
  return { page, complaints, close }
}

/** Gives a file to the Datasets screen, as its button does. */
export async function chooseFile(page: Page, name: string, bytes: string | Uint8Array): Promise<void> {
  await page.evaluate(() => (location.hash = '#/datasets'))
  const buffer = Buffer.from(bytes)
  await page
    .getByLabel('Choose a file', { exact: true })
    .and(page.locator('input'))
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
}
