import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { aDraft, decide, takePart } from '../engine/chest-pain.ts'
import { closeAll } from '../engine/hospital.ts'
import { knowingTwo } from '../engine/knowing.ts'
import { startBrowser } from './pages-kit.ts'
import { openReal } from './real-kit.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterEach(closeAll)
afterAll(() => browser?.close())

test(
  'what was signed is printed to PDF: the text, its hash and the signature, and nothing to press',
  { timeout: 120_000 },
  async () => {
    const { a, members } = await knowingTwo()
    const { id: study } = await a.call('studies.propose', aDraft(members))
    await takePart(a, study, 1)
    const { id } = await decide(a, study, 'approve')
    const receipt = await a.call('consents.receipt', { id })
    const { page, complaints, close } = await openReal(browser, a)
    await page.evaluate((to) => (location.hash = to), `#/consents/${study}`)
    await page.getByRole('button', { name: 'Receipt' }).first().click()
    await page.getByRole('heading', { name: 'Receipt of a signed decision' }).waitFor()
    await page.emulateMedia({ media: 'print' })
    for (const text of [receipt.textHash, receipt.signature, 'No rows leave this institution.'])
      expect(await page.getByText(text).first().isVisible(), text).toBe(true)
    expect(await page.locator('button:visible').allInnerTexts()).toEqual([])
    const pdf = await page.pdf()
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pdf.length).toBeGreaterThan(20_000)
    expect(complaints).toEqual([])
    await close()
  },
)
