import type { Page } from 'playwright'
import { taskStudies, type Scene } from './double-studies.ts'
import { hashOf } from './double-world.ts'

/** A screen in a state that is worth looking at: where it is, and what a person does there to see it. */
export interface Stop {
  readonly scene: Scene
  readonly name: string
  readonly hash: string
  readonly act?: (page: Page) => Promise<void>
  /** It is built like another stop: pictured, but not checked again for what a screen reader meets. */
  readonly alike?: boolean
}

const [running, asked, unmapped, finished] = [20, 22, 24, 25].map(hashOf)
const click = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

/** Drops a file on the list of datasets, and waits until it is looked at. */
const drop = (name: string) => async (page: Page) => {
  const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from('patient;age') }
  await page.locator('input[type=file]').first().setInputFiles(file)
  await page.locator('main table').first().waitFor()
}

async function compareWords(page: Page) {
  await page.getByLabel('Invitation code').fill('murmuration1:code')
  await click('Read the code')(page)
  await click('Connect and compare words')(page)
  await page.getByText('velvet').first().waitFor()
}

async function callRoll(page: Page) {
  await click('Call the roll')(page)
  await page.getByText('Code of this roll call').waitFor()
}

async function hearRoll(page: Page) {
  await callRoll(page)
  await click('All are here: make the words')(page)
  await page.getByText('velvet').first().waitFor()
}

async function tickRoll(page: Page) {
  await hearRoll(page)
  await page.getByRole('checkbox').first().check()
  await click('Confirm 1 hospital')(page)
  await page.getByText('Confirmed by you').waitFor()
}

async function readStatement(page: Page) {
  await page.getByLabel('Code of the statement').fill('murmurationkey1:code')
  await click('Read the statement')(page)
  await page.getByText('New key', { exact: true }).waitFor()
}

async function replaceKey(page: Page) {
  await page.getByLabel('Passphrase').fill('correct horse battery')
  await page.keyboard.press('Enter')
  await click('Replace our key…')(page)
  await page.getByText('Your passphrase, once more').waitFor()
}

async function makeKey(page: Page) {
  await page.getByRole('textbox', { name: 'Name' }).fill('Northfield Hospital')
  await page.getByLabel('Passphrase').fill('quiet birds at dusk')
  await page.getByLabel('The same again').fill('quiet birds at dusk')
  await click('Make the key')(page)
  await page.getByText('quay').first().waitFor()
}

async function decline(page: Page) {
  await page.getByLabel('Name', { exact: true }).fill('Dr. Moreau')
  await click('Decline…')(page)
}

async function nextVersion(page: Page) {
  await click(/^Propose version/)(page)
  await page.getByText('Further training rounds').waitFor()
}

async function searchPlan(page: Page) {
  await page.getByLabel('Start from').selectOption('heart')
  await page.getByLabel('Our dataset').selectOption('heart1234567')
  await page.getByLabel('Outcome column').selectOption('num')
  await click('Search on our rows')(page)
  await page.getByText('Of 24 plans').waitFor()
}

/** Ticks the exact fit of a linear model: what it is for is asked then. */
async function chooseExact(page: Page) {
  await page.getByRole('checkbox', { name: /Fit exactly/ }).check()
  await page.getByText('No penalty: standard errors').waitFor()
}

const plain: readonly (readonly [string, string])[] = [
  ['home', '#/'],
  ['datasets', '#/datasets'],
  ['dataset', '#/datasets/heart1234567'],
  ['studies', '#/studies'],
  ['study', `#/studies/${running}`],
  ['propose', '#/propose'],
  ['mapping', `#/mapping/${unmapped}`],
  ['consents', '#/consents'],
  ['consent', `#/consents/${asked}`],
  ['consent-given', `#/consents/${running}`],
  ['rounds', `#/rounds/${running}`],
  ['results', `#/results/${finished}`],
  ['models', '#/models'],
  ['network', '#/network'],
  ['audit', '#/audit'],
  ['settings', '#/settings'],
  ['help', '#/help'],
]

const full: readonly Stop[] = plain.map(([name, hash]) => ({ scene: 'full', name, hash }))

const acted: readonly Stop[] = [
  { name: 'next-version', hash: `#/studies/${running}`, act: nextVersion },
  { name: 'import', hash: '#/datasets', act: drop('cardiology.csv') },
  { name: 'import-xlsx', hash: '#/datasets', act: drop('cardiology.xlsx'), alike: true },
  { name: 'import-parquet', hash: '#/datasets', act: drop('cardiology.parquet'), alike: true },
  { name: 'import-dicom', hash: '#/datasets', act: drop('scans.zip') },
  { name: 'join', hash: '#/datasets/heart1234567', act: click('Join with another…') },
  { name: 'pairing-code', hash: '#/network', act: click('Make a code') },
  { name: 'pairing-words', hash: '#/network', act: compareWords },
  { name: 'roll-call-code', hash: '#/network', act: callRoll },
  { name: 'roll-call-words', hash: '#/network', act: hearRoll },
  { name: 'roll-call-done', hash: '#/network', act: tickRoll },
  { name: 'key-statement', hash: '#/network', act: readStatement },
  { name: 'self-test', hash: '#/network', act: click('Test the network') },
  { name: 'round-left', hash: `#/rounds/${running}`, act: click('Look at training round 5'), alike: true },
  { name: 'round-void', hash: `#/rounds/${running}`, act: click('Look at training round 6') },
  { name: 'round-rolled-back', hash: `#/rounds/${running}`, act: click('Look at training round 9') },
  { name: 'report', hash: '#/settings', act: click('Show the report') },
  { name: 'verified', hash: '#/audit', act: click(/^Verify|Check/) },
  { name: 'receipt', hash: `#/consents/${running}`, act: click('Receipt') },
  { name: 'decline', hash: `#/consents/${asked}`, act: decline },
  { name: 'plan', hash: '#/propose', act: searchPlan },
  { name: 'propose-exact', hash: '#/propose', act: chooseExact, alike: true },
].map((one) => ({ scene: 'full', ...one }))

const few = (scene: Scene, names: readonly string[]): Stop[] =>
  plain
    .filter(([name]) => names.includes(name))
    .map(([name, hash]) => ({ scene, name, hash, alike: !checked.has(name) }))

/** The screens whose empty or failing state is built in its own way. */
const checked = new Set(['home', 'consent', 'mapping', 'propose'])

const empty = few('empty', [
  ...['home', 'datasets', 'studies', 'rounds', 'results', 'models', 'network', 'audit', 'consents'],
  ...['propose', 'mapping'],
])
const many = few('many', [
  'home',
  'study',
  'rounds',
  'results',
  'network',
  'audit',
  'dataset',
  'consent-given',
])
const failing = few('failing', ['home', 'studies', 'consent', 'datasets', 'audit', 'rounds', 'settings'])
const tasks = taskStudies.map((n, i): Stop => {
  const name = ['multiclass', 'regression', 'survival'][i] ?? ''
  return { scene: 'tasks', name, hash: `#/results/${hashOf(n)}`, alike: i > 0 }
})

const inMany = ({ hash, ...stop }: Stop): Stop => ({
  ...stop,
  hash: hash.replace('heart1234567', 'wide123456789').replace(String(finished), String(running)),
})

/** Every screen in every state that is looked at, and checked for what overflows and what a screen reader meets. */
export const stops: readonly Stop[] = [
  ...full,
  ...acted.map((one): Stop => ({ ...one, scene: 'full' })),
  ...empty,
  ...many.map(inMany),
  ...failing,
  ...tasks,
  { scene: 'tasks', name: 'restored', hash: '#/settings' },
  { scene: 'tasks', name: 'set-apart', hash: '#/settings', act: click('Go on without these rows…') },
  { scene: 'fresh', name: 'first-run', hash: '' },
  { scene: 'fresh', name: 'recovery-words', hash: '', act: makeKey },
  { scene: 'locked', name: 'lock', hash: '' },
  { scene: 'locked', name: 'replace-key', hash: '#/network', act: replaceKey },
  { scene: 'locked', name: 'recover', hash: '', act: click('Forgotten, or a new computer') },
  { scene: 'rehearsal', name: 'home', hash: '#/' },
  { scene: 'rehearsal', name: 'rounds', hash: `#/rounds/${running}` },
]
