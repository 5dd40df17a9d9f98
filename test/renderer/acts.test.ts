import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOf } from './double-world.ts'
import { goTo, openScene, startBrowser, WCAG } from './pages-kit.ts'

const asked = hashOf(22)

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterAll(() => browser?.close())

test('figures follow the engine: a change that it announces is on the screen without a reload', async () => {
  const { page, handlers, announce, close } = await openScene(browser, 'full')
  await goTo(page, '#/datasets')
  const before = handlers['datasets.list'](null)
  const [first] = await before
  Object.assign(first!, { rows: 98_765 })
  expect(await page.getByText('98,765').count()).toBe(0)
  announce({ event: 'datasets.changed' })
  await page.getByText('98,765').waitFor()
  await close()
})

/** Decides about the column with names as it is proposed, and imports. */
async function importIt(page: Page) {
  await page.getByRole('button', { name: 'Do what is proposed for all' }).click()
  await page.locator('button:enabled', { hasText: /^Import \d+ rows$/ }).click()
}

test('a file chosen or dropped reaches the engine in chunks, and its end is told', async () => {
  const { page, handlers, close } = await openScene(browser, 'full')
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
    .first()
    .setInputFiles({ name: 'big.csv', mimeType: 'text/csv', buffer: Buffer.alloc(size, 'a') })
  await page.getByRole('heading', { name: 'Import big.csv' }).waitFor()
  await importIt(page)
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
  await page.getByRole('heading', { name: 'Import dropped.csv' }).waitFor()
  await importIt(page)
  await page.getByText('dropped is imported').waitFor()
  await close()
})

test('consent: a name is needed, what is signed is the text that was shown, and declining needs a reason', async () => {
  const { page, handlers, close } = await openScene(browser, 'full')
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

test('consent: what changes while a person reads is not signed unread', async () => {
  const { page, handlers, announce, close } = await openScene(browser, 'full')
  const signed: unknown[] = []
  const [pageOf, answer] = [handlers['consents.page'], handlers['consents.decide']]
  Object.assign(handlers, {
    'consents.decide': (input: Parameters<typeof answer>[0]) => {
      signed.push(input.textHash)
      return answer(input)
    },
  })
  await goTo(page, `#/consents/${asked}`)
  await page.getByLabel('Name', { exact: true }).fill('Dr. Moreau')
  const changed = { ...(await pageOf({ study: asked })), textHash: hashOf(78), termsHash: hashOf(80) }
  Object.assign(handlers, { 'consents.page': () => changed })
  announce({ event: 'consents.changed', study: asked })
  await page.getByText('The page says something else by now.').waitFor()
  expect(await page.getByRole('button', { name: 'Approve rounds 1 to 80' }).isEnabled()).toBe(false)
  await page.getByRole('button', { name: 'Show the page as it is now' }).click()
  await page.getByRole('button', { name: 'Approve rounds 1 to 80' }).click()
  await page.getByText('The answer is signed').waitFor()
  expect(signed).toEqual([hashOf(78)])
  await close()
})

test('everything on the consent page is reached with the keyboard, in order, and the focus is seen', async () => {
  const { page, close } = await openScene(browser, 'full')
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
  const failing = await openScene(browser, 'failing')
  await goTo(failing.page, '#/datasets')
  await failing.page.getByText('The database on disk is damaged.').first().waitFor()
  await failing.close()

  const { page, handlers, cut, ...scene } = await openScene(browser, 'full')
  await goTo(page, '#/datasets')
  const [first] = await handlers['datasets.list'](null)
  Object.assign(first!, { rows: 45_678 })
  cut()
  await page.getByText('45,678').waitFor()
  await scene.stop()
  await page.getByText('The engine stopped answering').waitFor()
  await page.context().close()
})

test('first run: a key, recovery words that are asked back, and then the screens', async () => {
  const { page, complaints, close } = await openScene(browser, 'fresh')
  const found = async () =>
    (await new AxeBuilder({ page }).withTags(WCAG).analyze()).violations.map((one) => one.id)
  expect(await found()).toEqual([])
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByText('Give your institution a name.').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Northfield Hospital')
  await page.getByLabel('Passphrase').fill('correct horse battery')
  await page.getByLabel('The same again').fill('correct horse bactery')
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByText('The two are not the same.').waitFor()
  await page.getByLabel('The same again').fill('correct horse battery')
  await page.getByRole('button', { name: 'Make the key' }).click()

  await page.getByRole('heading', { name: 'Your recovery words' }).waitFor()
  const shown = await page.locator('ol li').allInnerTexts()
  expect(shown).toHaveLength(24)
  expect(await found()).toEqual([])
  await page.getByRole('button', { name: 'They are on paper' }).click()
  const fields = await page.locator('form input').all()
  const labels = await page.locator('form label').allInnerTexts()
  const positions = labels.map((label) => Number(label.replace('Word ', '')))
  for (const field of fields) await field.fill('wrong')
  await page.getByRole('button', { name: 'Confirm and open' }).click()
  await page.getByText('At least one word is not right.').waitFor()
  for (const [i, field] of fields.entries()) await field.fill(shown[positions[i]! - 1]!)
  await page.getByRole('button', { name: 'Confirm and open' }).click()
  await page.getByRole('heading', { name: /Northfield Hospital$/ }).waitFor()
  expect(complaints).toEqual([])
  await close()
})

test('a locked institution shows nothing, and opens by passphrase or by its recovery words', async () => {
  const { page, close } = await openScene(browser, 'locked')
  await page.getByRole('heading', { name: 'Northfield Hospital is locked' }).waitFor()
  expect(await page.getByRole('navigation').count()).toBe(0)
  await page.getByLabel('Passphrase').fill('something else')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await page.getByText('The passphrase is wrong.').waitFor()
  await page.getByLabel('Passphrase').fill('correct horse battery')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await goTo(page, '#/settings')
  await page.getByRole('button', { name: 'Lock now' }).click()
  await page.getByRole('button', { name: 'Forgotten' }).click()
  await page.getByLabel('The 24 words, in order').fill('acid bulb')
  await page.getByRole('button', { name: 'Unlock and set this key' }).click()
  await page.getByText('There must be 24 words.').waitFor()
  await close()
})
