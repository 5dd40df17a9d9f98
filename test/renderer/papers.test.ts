import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOf } from './double-world.ts'
import { goTo, openScene, startBrowser } from './pages-kit.ts'

const [running, asked, finished] = [20, 22, 25].map(hashOf)

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterAll(() => browser?.close())

async function savedBy(page: Page, press: () => Promise<void>) {
  const waiting = page.waitForEvent('download')
  await press()
  const download = await waiting
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

test('a question is signed and sent, an answer goes below its question, and nothing empty is sent', async () => {
  const { page, handlers, close } = await openScene(browser, 'full')
  await goTo(page, `#/consents/${asked}`)
  await page.getByRole('button', { name: 'Ask a question' }).click()
  await page.getByRole('button', { name: 'Sign and send the question' }).click()
  await page.getByText('Write something first.').waitFor()
  const before = (await handlers['notes.list']({ study: asked! })).length
  await page.getByLabel('Your question').fill('Is the ward a variable?')
  await page.getByRole('button', { name: 'Sign and send the question' }).click()
  await page.locator('article .said', { hasText: 'Is the ward a variable?' }).waitFor()
  await page.getByRole('button', { name: 'Answer Harbour General Hospital' }).click()
  await page.getByLabel('Your answer to Harbour General Hospital').fill('Only here.')
  await page.getByRole('button', { name: 'Sign and send the answer' }).click()
  await page.locator('.answer .said', { hasText: 'Only here.' }).waitFor()
  expect((await handlers['notes.list']({ study: asked! })).length).toBe(before + 2)
  await close()
})

test('the receipt shows the text as it was signed, and is saved whole', async () => {
  const { page, handlers, close } = await openScene(browser, 'full')
  await goTo(page, `#/consents/${running}`)
  await page.getByRole('button', { name: 'Receipt' }).click()
  const receipt = await handlers['consents.receipt']({ id: hashOf(78) })
  await page.getByText(receipt.signature).waitFor()
  expect(await page.locator('.signed-text').textContent()).toBe(receipt.text)
  const { bytes } = await savedBy(page, () => page.getByRole('button', { name: 'Save as a file' }).click())
  expect(JSON.parse(bytes.toString())).toEqual(receipt)
  await page.getByRole('button', { name: 'Back to the page' }).click()
  await page.getByRole('heading', { name: 'Your answer now' }).waitFor()
  await close()
})

test('a patient is scored by the latest model, empty means not known, and the model is saved', async () => {
  const { page, handlers, close } = await openScene(browser, 'full')
  const asks: unknown[] = []
  const predict = handlers['models.predict']
  Object.assign(handlers, {
    'models.predict': (input: Parameters<typeof predict>[0]) => {
      asks.push(input)
      return predict(input)
    },
  })
  await goTo(page, `#/models/${finished}`)
  await page.getByLabel('Age').fill('120')
  await page.getByLabel('Chest pain').selectOption('3')
  await page.getByLabel('Male sex').selectOption({ label: 'yes' })
  await page.getByRole('button', { name: 'Compute the risk' }).click()
  await page.getByText('Risk 75%').waitFor()
  await page.getByText('moved to its end: age').waitFor()
  expect(asks).toEqual([
    {
      study: finished,
      hash: hashOf(75),
      values: { age: 120, male: 1, cp: '3', trestbps: null, chol: null, exang: null },
    },
  ])
  const latest = (await handlers['models.list']({ study: finished! })).at(-1)!
  expect(latest.hash).toBe(hashOf(75))
  const save = page.getByRole('button', { name: `JSON ${latest.round}`, exact: true })
  const { name } = await savedBy(page, () => save.click())
  expect(name).toMatch(/^model-.*json$/)
  await close()
})

test('the log is verified from its first entry, told where it breaks, and saved for an auditor', async () => {
  const { page, handlers, close } = await openScene(browser, 'full')
  await goTo(page, '#/audit')
  await page.getByRole('button', { name: 'Verify the log' }).click()
  await page.getByText('All 41 entries fit').waitFor()
  Object.assign(handlers, { 'audit.verify': () => ({ ok: false, entries: 41, firstBad: 17 }) })
  await page.getByRole('button', { name: 'Verify the log' }).click()
  await page.getByText('Entry 17 does not fit.').waitFor()
  const { name } = await savedBy(page, () =>
    page.getByRole('button', { name: 'Save for an auditor' }).click(),
  )
  expect(name).toBe('audit-log.json')
  await close()
})

test('Settings shows what computes and why, and keeps what a person forces', async () => {
  const { page, handlers, close } = await openScene(browser, 'full')
  await goTo(page, '#/settings')
  await page.getByText('It was the quickest of those measured').waitFor()
  await page.getByText('TensorFlow (native): 2.1 ms').waitFor()
  const kept = async () => (await handlers['settings.get'](null)).compute
  await page.getByLabel('Compute with').selectOption('Our own passes (vectors)')
  await expect.poll(kept).toEqual({ engine: 'simd', threads: null })
  await page.getByLabel('Threads at most').selectOption('2')
  await expect.poll(kept).toEqual({ engine: 'simd', threads: 2 })
  await page.getByLabel('Compute with').selectOption('what is quickest, by measuring')
  await expect.poll(kept).toEqual({ engine: null, threads: 2 })
  await close()
})

test('the schedule is kept by the engine, and the report is shown before it is saved', async () => {
  const { page, handlers, close } = await openScene(browser, 'full')
  await goTo(page, '#/settings')
  await page.getByLabel('Only at night').check()
  await expect.poll(async () => (await handlers['settings.get'](null)).schedule.nightsOnly).toBe(true)
  await page.getByRole('button', { name: 'Show the report' }).click()
  expect(await page.getByRole('textbox', { name: 'Report for support' }).inputValue()).toContain(
    'round-decided',
  )
  const { name } = await savedBy(page, () => page.getByRole('button', { name: 'Save the report' }).click())
  expect(name).toBe('murmuration-report.txt')
  await close()
})

test('the network is tested on request, and the sentence says what to ask the firewall team for', async () => {
  const { page, close } = await openScene(browser, 'full')
  await goTo(page, '#/network')
  await page.getByRole('button', { name: 'Test the network' }).click()
  await page.getByText('Ask the firewall team to let TCP port 4101 in.').waitFor()
  await page.getByText('4 of 5 hospitals are connected. Missing: St Brendan Hospital.').waitFor()
  // Of the one that is missing, why: a finding of its own.
  await page.locator('[role=status] li').filter({ hasText: 'St Brendan Hospital: ' }).waitFor()
  expect(await page.locator('[role=status] li').count()).toBe(7)
  await close()
})

test('a chart is saved as a picture with its lines on it', async () => {
  const { page, complaints, close } = await openScene(browser, 'full')
  await goTo(page, `#/results/${finished}`)
  const { name, bytes } = await savedBy(page, () =>
    page.getByRole('button', { name: 'Save as picture: ROC curve' }).click(),
  )
  expect(name).toBe('roc-curve.png')
  const colours = await page.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const pen = canvas.getContext('2d')
    pen?.drawImage(image, 0, 0)
    const data = pen?.getImageData(0, 0, image.width, image.height).data ?? []
    const seen = new Set<string>()
    for (let i = 0; i < data.length; i += 4) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`)
    return [...seen]
  }, bytes.toString('base64'))
  expect(colours).toContain('61,79,184')
  expect(colours).toContain('255,255,255')
  expect(complaints).toEqual([])
  await close()
})

test('everything that can be pressed is reached by the keyboard, and the focus is seen', async () => {
  const { page, close } = await openScene(browser, 'full')
  const missed: string[] = []
  for (const hash of [
    '#/',
    '#/studies',
    `#/models/${finished}`,
    '#/network',
    '#/audit',
    '#/settings',
    '#/propose',
  ]) {
    await goTo(page, hash)
    const pressable = await page.evaluate(() => {
      const all = document.querySelectorAll('main :is(a[href], button, input, select, textarea, summary)')
      const shown = [...all].filter((one) => one.checkVisibility() && !one.matches(':disabled'))
      shown.forEach((one, i) => one.setAttribute('data-walk', String(i)))
      return shown.map((one, i) => {
        // Of a group of radios and of tabs the keyboard stops at one; arrows go on.
        const group = one.matches('input[type=radio]:not(:checked), [role=tab][tabindex="-1"]')
        return { i: String(i), name: `${one.tagName} ${one.textContent?.trim().slice(0, 40)}`, group }
      })
    })
    const reached = new Set<string>()
    for (let i = 0; i < pressable.length + 60; i++) {
      await page.keyboard.press('Tab')
      const here = await page.evaluate(() => {
        const one = document.activeElement
        const seen = !!one && getComputedStyle(one).outlineStyle !== 'none'
        return { walk: one?.getAttribute('data-walk') ?? null, seen, end: one === document.body }
      })
      if (here.end) break
      if (here.walk !== null && here.seen) reached.add(here.walk)
    }
    missed.push(
      ...pressable.filter((one) => !one.group && !reached.has(one.i)).map((one) => `${hash} ${one.name}`),
    )
  }
  expect(missed).toEqual([])
  await close()
}, 60_000)

test('a column shows what is suspicious in it, and its histogram', async () => {
  const { page, close } = await openScene(browser, 'full')
  await goTo(page, '#/datasets/heart1234567')
  await page.getByText('29 rows have exactly 55').waitFor()
  expect(await page.locator('svg.chart rect').count()).toBe(8)
  await close()
})
