import type { Page } from 'playwright'
import type { StudyFile } from '#headless/study-file.ts'

/** The first run as a person does it: a name, a passphrase, 24 words on paper and four of them asked back. */
export async function passFirstRun(page: Page, name: string, passphrase: string): Promise<void> {
  await page.getByRole('button', { name: 'Make the key' }).waitFor({ timeout: 30_000 })
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.getByLabel('The same again').fill(passphrase)
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByRole('heading', { name: 'Your recovery words' }).waitFor({ timeout: 30_000 })
  const words = await page.locator('ol li').allInnerTexts()
  await page.getByRole('button', { name: 'They are on paper' }).click()
  for (const label of await page.locator('form label').allInnerTexts()) {
    const position = Number(label.replace('Word ', ''))
    await page.getByLabel(label, { exact: true }).fill(words[position - 1] ?? '')
  }
  await page.getByRole('button', { name: 'Confirm and open' }).click()
  await page.getByRole('heading', { name: new RegExp(`${name}$`) }).waitFor({ timeout: 30_000 })
}

/** Opens a locked institution with its passphrase. */
export async function unlock(page: Page, name: string, passphrase: string): Promise<void> {
  await page.getByRole('heading', { name: `${name} is locked` }).waitFor()
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await page.getByRole('heading', { name: new RegExp(`${name}$`) }).waitFor({ timeout: 30_000 })
}

/** Goes to a screen by its link in the rail. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await page.getByRole('link', { name: screen }).first().click()
  await page.waitForFunction(() => !document.querySelector('main .loading'))
}

/** Drops a file onto the page, as from a folder of the desktop, looks at what was found in it, and imports it. */
export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  await goTo(page, 'Datasets')
  const zone = page.getByRole('group', {
    name: 'Drop a CSV, Excel or Parquet file or a folder of DICOM here',
  })
  const data = await page.evaluateHandle(
    ([called, body]) => {
      const carried = new DataTransfer()
      carried.items.add(new File([body], called, { type: 'text/csv' }))
      return carried
    },
    [name, text] as const,
  )
  await zone.dispatchEvent('dragenter', { dataTransfer: data })
  await zone.dispatchEvent('drop', { dataTransfer: data })
  await page.getByRole('heading', { name: `Import ${name}` }).waitFor()
  await page.locator('button:enabled', { hasText: /^Import [\d,]+ rows?$/ }).click({ timeout: 60_000 })
  await page.getByText(`${name.replace('.csv', '')} is imported`).waitFor({ timeout: 60_000 })
  await goTo(page, 'Datasets')
}

/** Our invitation, as the Network screen shows it. */
export async function makeCode(page: Page): Promise<string> {
  await goTo(page, 'Network')
  await page.getByRole('button', { name: 'Make a code' }).click()
  return page.getByLabel('Your invitation', { exact: true }).inputValue()
}

/** Pastes another hospital's code, looks at its six words and confirms them. */
export async function confirmCode(page: Page, code: string, name: string): Promise<void> {
  await page.getByLabel('Invitation code').fill(code)
  await page.getByRole('button', { name: 'Read the code' }).click()
  await page.getByText('They handed me this code in person').click()
  await page.getByRole('button', { name: 'They handed it to me: confirm' }).click()
  await page.getByText(`${name} is confirmed.`).waitFor()
}

export interface Proposal {
  readonly rounds: number
  readonly steps: number
  /** Whether members judge the model, and training ends by itself; so where it is not said. */
  readonly judged?: boolean
}

/** Writes a study into the form and signs it; leaves the page at its mapping. */
export async function propose(
  page: Page,
  study: StudyFile['study'],
  peers: readonly string[],
  plan: Proposal,
) {
  await goTo(page, 'Studies')
  await page.getByRole('link', { name: 'Propose a study' }).click()
  await page.getByLabel('Name of the study').fill(study.name)
  await page.getByLabel('Purpose in plain words').fill(study.purpose)
  for (const name of peers) await page.getByLabel(name).check()
  if (study.outcome.task !== 'binary') throw new Error('The form proposes yes-or-no outcomes')
  const outcome = page.getByRole('region', { name: 'Outcome', exact: true })
  await outcome.getByLabel('Name').fill(study.outcome.name)
  await outcome.getByLabel('In words', { exact: true }).fill(study.outcome.label)
  await outcome.getByLabel('It happened means').fill(study.outcome.positive)
  for (const [index, variable] of study.variables.entries()) await addVariable(page, variable, index)
  // Averages, with rounds to watch: an exact fit would end by itself.
  await page.getByRole('checkbox', { name: /Fit exactly/ }).uncheck()
  await page.getByLabel('Training rounds at most', { exact: true }).fill(String(plan.rounds))
  await page.getByLabel('Steps per round').fill(String(plan.steps))
  if (plan.judged === false) await page.getByLabel(/After every round members judge/).uncheck()
  await page.getByLabel('Smallest sum, hospitals').fill('3')
  await page.getByLabel('To compute, minutes').fill('1')
  await page.getByLabel('To add up, minutes').fill('1')
  await page.getByRole('button', { name: 'Sign and send' }).click()
  await page.getByRole('heading', { name: `Mapping: ${study.name}` }).waitFor()
}

async function addVariable(page: Page, variable: StudyFile['study']['variables'][number], index: number) {
  const kinds = { number: 'Add a number', category: 'Add a category', boolean: 'Add a yes or no' }
  const variables = page.getByRole('region', { name: 'Variables' })
  await variables.getByRole('button', { name: kinds[variable.type] }).click()
  const row = variables.locator('tbody tr').nth(index)
  await row.getByLabel('Name').fill(variable.name)
  await row.getByLabel('In words').fill(variable.label ?? '')
  if (variable.type === 'category') await row.getByLabel('Categories').fill(variable.categories.join(', '))
  if (variable.type !== 'number') return
  await row.getByLabel('Unit').fill(variable.unit ?? '')
  await row.getByLabel('Lowest').fill(String(variable.low))
  await row.getByLabel('Highest').fill(String(variable.high))
}

/** Maps the columns of the sample hospital that has its own names for them. */
export async function mapColumns(page: Page): Promise<void> {
  const columns = {
    male: 'sex',
    pain: 'chest_pain',
    pressure: 'sbp',
    cholesterol: 'chol_mg_dl',
    creatinine: 'creat_mg_dl',
    peakRate: 'peak_hr',
  }
  await page.getByLabel('Column for age').waitFor()
  for (const [variable, column] of Object.entries(columns))
    await page.getByLabel(`Column for ${variable}`).selectOption(column)
  await page.locator('tr', { hasText: 'male' }).first().getByText('Translate values').click()
  await page.getByLabel('Category of male for your value M').selectOption('yes')
  await page.getByLabel('Category of male for your value F').selectOption('no')
  await page.getByLabel('Your column', { exact: true }).selectOption('disease')
  await page.getByLabel('a value that means it happened').check()
  const positive = page.getByRole('group', { name: 'Values that mean it happened' })
  if (await positive.isVisible()) await positive.getByRole('checkbox', { name: '1' }).check()
  else await page.getByLabel('Values that mean it happened').fill('1')
  await page.getByRole('button', { name: 'Save mapping' }).click()
  await page.getByRole('link', { name: 'Go on to the consent page' }).click({ timeout: 30_000 })
  await page.getByRole('button', { name: /^Approve rounds/ }).waitFor()
}

/** Approves on the consent page in the name of a person. */
export async function approve(page: Page, who: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(who)
  await page.getByLabel('Role', { exact: true }).fill('Governance officer')
  await page.getByRole('button', { name: /^Approve rounds/ }).click()
  await page.getByText(`Approved by ${who}`).waitFor()
}

/** Declines on the consent page with a reason. */
export async function decline(page: Page, who: string, reason: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(who)
  await page.getByRole('button', { name: 'Decline…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: 'Decline', exact: true }).click()
  await page.getByText(`Declined by ${who}`).waitFor()
}

/** Takes the approval back on the consent page. */
export async function withdraw(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Withdraw…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: 'Withdraw approval' }).click()
  await dialog.waitFor({ state: 'hidden' })
}
