import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { faultsOf, picture } from '../e2e/browser-kit.ts'
import { closeAll, importText, openHospital } from '../engine/hospital.ts'
import { startBrowser } from './pages-kit.ts'
import { chooseFile, openReal } from './real-kit.ts'

const DICOM = path.resolve(import.meta.dirname, '../../../shared/data/dicom/images')
let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterEach(closeAll)
afterAll(() => browser?.close())

/** As a laboratory writes it: semicolons, decimal commas, an old encoding, codes for missing, names of patients. */
const rows = Array.from({ length: 60 }, (_, i) =>
  [
    ['Müller Anna', 'Jürgens Tom', 'Weiß Eva', 'Groß Max'][i % 4]! +
      ` ${String.fromCharCode(65 + (i % 26))}.`,
    `${40 + (i % 45)}`,
    i % 2 === 0 ? 'm' : 'w',
    i % 7 === 0 ? '-9' : (4 + (i % 30) / 10).toFixed(1).replace('.', ','),
    `0${1 + (i % 9)}.0${1 + (i % 8)}.2024`,
  ].join(';'),
)
const messy = ['Patientenname;Alter;Geschlecht;Chol (mmol/L);Aufnahme', ...rows, 'ein;Rest'].join('\r\n')
const latin = Buffer.from(messy, 'latin1')
const imports = (page: Page) => page.getByRole('button', { name: /^Import \d/ })

test('a file is shown before it is kept, corrected with undo, and its corrections outlast a reload', async () => {
  const hospital = await openHospital('Northfield')
  const { page, complaints, close } = await openReal(browser, hospital)
  await chooseFile(page, 'labor.csv', latin)
  await page.getByRole('heading', { name: 'Import labor.csv' }).waitFor()
  await page.getByText('Read as separated values: 60 rows, 5 columns').waitFor()
  expect(await page.getByLabel('Between the cells').inputValue()).toBe(';')
  expect(await page.getByText('Müller Anna A.').count()).toBeGreaterThan(0)
  await page.getByRole('heading', { name: '1 row was not taken' }).waitFor()
  expect(await hospital.call('datasets.list', null)).toEqual([])
  await picture(page, 'import')
  expect(await faultsOf(page)).toEqual([])

  expect(await imports(page).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Do what is proposed for all' }).click()
  await expect.poll(() => imports(page).isDisabled()).toBe(false)

  await page.getByRole('button', { name: 'Chol (mmol/L)' }).click()
  await page.getByRole('button', { name: /^Read -9 as missing/ }).click()
  await expect.poll(() => page.getByLabel('Read as missing').inputValue()).toContain('-9')
  await page.getByLabel('Unit').fill('mg/dL')
  await page.getByLabel('Unit').blur()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => page.getByLabel('Unit').inputValue()).toBe('mmol/L')
  await page.getByRole('button', { name: 'Redo' }).click()
  await expect.poll(() => page.getByLabel('Unit').inputValue()).toBe('mg/dL')
  await page.getByRole('button', { name: 'Undo' }).click()

  await page.reload()
  await page.getByText('This import has ended, or the window was loaded anew').waitFor()
  await chooseFile(page, 'labor.csv', latin)
  await page.getByText('Your corrections were taken up again').waitFor()
  await imports(page).click()
  await page.getByText('labor is imported: 60 rows.').waitFor()
  const [dataset] = await hospital.call('datasets.list', null)
  expect(dataset?.columns.map((one) => one.name)).not.toContain('Patientenname')
  expect(dataset?.columns.find((one) => one.name.startsWith('Chol'))).toMatchObject({
    ...{ type: 'real', unit: 'mmol/L', missing: 9, missingCodes: ['-9'] },
  })
  expect(complaints).toEqual([])
  await close()
})

test('how a file is read can be corrected, and it is read anew; cancelling leaves nothing', async () => {
  const hospital = await openHospital('Northfield')
  const { page, close } = await openReal(browser, hospital)
  await chooseFile(page, 'points.csv', 'a|b\n1.5|2\n2.5|3\n3.5|4\n')
  await page.getByText('3 rows, 2 columns').waitFor()
  await page.getByLabel('Between the cells').selectOption(',')
  await page.getByRole('button', { name: 'a|b' }).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'b', exact: true }).waitFor()
  await page.getByLabel('First line').selectOption('no')
  await page.getByText('4 rows, 2 columns').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('points.csv was cancelled. Nothing of it was kept.').waitFor()
  expect(await hospital.call('datasets.list', null)).toEqual([])
  const subject = 'import:points.csv-24'
  expect((await hospital.call('edits.get', { subject })).state).toBeNull()
  await close()
})

test('a file becomes the next version of a dataset, in the place of its rows or beside them', async () => {
  const hospital = await openHospital('Northfield')
  const { id } = await importText(hospital, 'weights', 'kg,alive\n70,yes\n80,no\n')
  const { page, close } = await openReal(browser, hospital)
  await page.evaluate((to) => (location.hash = to), `#/datasets/${id}`)
  await page.getByRole('button', { name: 'Import a new version…' }).waitFor()
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'more.csv', mimeType: 'text/csv', buffer: Buffer.from('kg,alive\n90,yes\n') })
  await page.getByLabel('Its rows').selectOption('append')
  await page.getByLabel('Name of the dataset').fill('Weights 2026')
  await page.getByLabel('Name of the dataset').blur()
  await imports(page).and(page.locator(':enabled')).click()
  await page.getByText('Weights 2026 is imported').waitFor()
  expect(await hospital.call('datasets.get', { id })).toMatchObject({
    version: 2,
    rows: 3,
    name: 'Weights 2026',
  })
  await close()
})

test('a dataset is joined to another on its screen, once the person has seen what meets', async () => {
  const hospital = await openHospital('Northfield')
  const visits = await importText(hospital, 'visits', 'ward,kg\nA,70\nA,75\nB,80\nC,90\n')
  await importText(hospital, 'wards', 'ward,beds\nA,12\nB,20\nD,30\n')
  const { page, close } = await openReal(browser, hospital)
  await page.evaluate((to) => (location.hash = to), `#/datasets/${visits.id}`)
  await page.getByRole('button', { name: 'Join with another…' }).click()
  const make = page.getByRole('button', { name: 'Make the joined dataset' })
  await page.getByLabel('Whose columns are added').selectOption('wards')
  await page.getByLabel('The number in visits').selectOption('ward')
  expect(await make.isDisabled()).toBe(true)
  await page.getByLabel('The same number in wards').selectOption('ward')
  await page.getByText('3 of 4 rows meet others. 1 meet none').waitFor()
  await page.getByText('2 of 3 other rows are met. 1 are not').waitFor()
  await picture(page, 'join')
  expect(await faultsOf(page)).toEqual([])
  await make.click()
  await page.getByRole('heading', { name: 'visits with wards' }).waitFor()
  const joined = (await hospital.call('datasets.list', null)).find(({ name }) => name === 'visits with wards')
  expect(joined?.columns.map(({ name, missing }) => [name, missing])).toEqual([
    ['ward', 0],
    ['kg', 0],
    ['beds', 1],
  ])
  await close()
})

test.skipIf(!hasDicom())(
  'a folder of DICOM becomes a table by series or by instance, of the tags that are kept',
  { timeout: 120_000 },
  async () => {
    const hospital = await openHospital('Northfield')
    const { page, close } = await openReal(browser, hospital)
    await page.evaluate(() => (location.hash = '#/datasets'))
    await page.getByLabel('Choose a folder of DICOM').and(page.locator('input')).setInputFiles(DICOM)
    await page.getByText(/Read as DICOM: \d+ rows/).waitFor()
    await picture(page, 'import-dicom')
    expect(await faultsOf(page)).toEqual([])
    const count = async () =>
      Number(/: ([\d,]+) rows?,/.exec(await page.getByText(/^Read as DICOM/).innerText())?.[1])
    const instances = await count()
    await page.getByLabel('A row is').selectOption('patient')
    await expect.poll(count, { timeout: 30_000 }).toBeLessThan(instances)
    await page.getByRole('button', { name: 'Manufacturer', exact: true }).click()
    const region = page.getByRole('region', { name: 'Manufacturer', exact: true })
    await region.getByLabel('What is done with it').selectOption('drop')
    await page.getByRole('row', { name: 'Manufacturer left out' }).waitFor()
    await page.getByRole('button', { name: 'Do what is proposed for all' }).click()
    await imports(page).and(page.locator(':enabled')).click()
    await page.getByText('is imported').waitFor({ timeout: 60_000 })
    const [dataset] = await hospital.call('datasets.list', null)
    const names = dataset?.columns.map((one) => one.name)
    expect(names).toContain('Modality')
    expect(names).not.toContain('Manufacturer')
    await close()
  },
)

function hasDicom(): boolean {
  try {
    return readdirSync(DICOM).length > 0
  } catch {
    console.warn(`SKIPPED: ${DICOM} is not there, so no folder of DICOM is imported on the screen`)
    return false
  }
}

test('rows and patients that stand in a file several times are said before it is kept', async () => {
  const hospital = await openHospital('Northfield')
  const { page, complaints, close } = await openReal(browser, hospital)
  const visits = Array.from({ length: 30 }, (_, i) => `MR${4000 + (i % 20)};${i < 20 ? i : 50 + i};${i % 2}`)
  const text = ['mrn;weight;died', ...visits, ...visits.slice(0, 4)].join('\n')
  await chooseFile(page, 'visits.csv', Buffer.from(text))
  await page.getByText('4 of 34 rows are the same as an earlier row in every cell.').waitFor()
  await page.getByText('14 of 34 rows are of patients who stand in the table already, by “mrn”.').waitFor()
  await picture(page, 'import-repeats')
  expect(await faultsOf(page)).toEqual([])
  expect(complaints).toEqual([])
  await close()
})
