import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { faultsOf, picture } from '../e2e/browser-kit.ts'
import { aDraft } from '../engine/chest-pain.ts'
import { closeAll, importText } from '../engine/hospital.ts'
import { knowingTwo } from '../engine/knowing.ts'
import { startBrowser } from './pages-kit.ts'
import { openReal } from './real-kit.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterEach(closeAll)
afterAll(() => browser?.close())

/** Columns under names of their own: ages in months, chest pain and sex in words, a diagnosis from 0 to 4, a ward. */
const table = [
  'alter (mo),chest_pain,gender,num,ward',
  ...Array.from({ length: 160 }, (_, i) =>
    [(34 + (i % 50)) * 12, ['none', 'typical', 'other'][i % 3], i % 2 ? 'M' : 'F', i % 5, i % 4].join(','),
  ),
].join('\n')

test('a table is mapped by suggestions, units converted, doubts told before it is saved, edits undone', async () => {
  const { a, members } = await knowingTwo()
  const { id: study } = await a.call('studies.propose', aDraft(members))
  const { id: dataset } = await importText(a, 'ward', table)
  const { page, complaints, close } = await openReal(browser, a)
  await page.evaluate((to) => (location.hash = to), `#/mapping/${study}`)
  await page.getByText('0 of 3 variables mapped').waitFor()
  await page.getByRole('button', { name: /^Take \d likely columns$/ }).click()
  await page.getByText('3 of 3 variables mapped').waitFor()
  expect(Number(await page.getByLabel('Multiply age by').inputValue())).toBeCloseTo(1 / 12, 4)
  await page.getByText('The first rows, as the study reads them').first().waitFor()
  await page.getByText('34 ← 408').waitFor()
  await picture(page, 'mapping')
  expect(await faultsOf(page)).toEqual([])

  // A wrong unit is told before any round, and is not saved.
  await page.getByLabel('Multiply age by').fill('1')
  await page.getByRole('button', { name: 'Save mapping' }).click()
  await page
    .getByText(/The column is in mo, the study wants a/)
    .first()
    .waitFor()
  expect((await a.call('mappings.get', { study })).mapping).toBeNull()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect
    .poll(async () => Number(await page.getByLabel('Multiply age by').inputValue()))
    .toBeLessThan(0.1)

  // Only some rows, by a formula; what is not saved is still there after a reload.
  await page.getByLabel('Use only rows where').fill('ward != 3')
  await page.getByLabel('Use only rows where').blur()
  await expect.poll(() => page.getByRole('cell', { name: 'no', exact: true }).count()).toBe(3)
  await page.waitForTimeout(600)
  await page.reload()
  await page.getByText('What you had not saved was taken up again.').waitFor()
  expect(await page.getByLabel('Use only rows where').inputValue()).toBe('ward != 3')

  await page.getByRole('button', { name: 'Save mapping' }).click()
  await page.getByRole('link', { name: 'Go on to the consent page' }).waitFor()
  const saved = await a.call('mappings.get', { study })
  expect(saved).toMatchObject({ dataset, excludedRows: 40, mapping: { filter: 'ward != 3' } })
  expect(saved.mapping?.variables['male']).toMatchObject({ column: 'gender' })
  expect(complaints).toEqual([])
  await close()
})
