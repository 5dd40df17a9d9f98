import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Browser, type Page } from 'playwright'
import { findBrowser } from '#build/browser.mjs'
import { scenes, serveScene, type Scene } from './double.ts'
import { hashOf, NOW } from './double-world.ts'

/**
 * Takes a picture of every screen in both themes and two sizes with a double of the engine, and says what the policy blocked
 * and what overflows. With a link that `murmuration open` printed it pictures that real engine instead.
 * `node test/renderer/screenshots.ts FOLDER [part of a name] [link]`
 */
const [folder = 'build/out/screenshots', only = '', link = ''] = process.argv.slice(2)
const PAGES = path.resolve('build/out/renderer')
const [running, asked, unmapped, finished] = [20, 22, 24, 25].map(hashOf)

const screens: [string, string][] = [
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
const inEmpty = new Set([
  'home',
  'datasets',
  'studies',
  'rounds',
  'results',
  'models',
  'network',
  'audit',
  'consents',
  'propose',
  'mapping',
])
const inMany = new Set(['home', 'study', 'rounds', 'results', 'network', 'audit', 'dataset'])
const atTheGate = new Set(['home'])
const inFailing = new Set(['home', 'studies', 'consent', 'datasets', 'audit'])

function wanted(scene: Scene): [string, string][] {
  const sets: Record<Scene, Set<string> | null> = {
    full: null,
    empty: inEmpty,
    many: inMany,
    failing: inFailing,
    fresh: atTheGate,
    locked: atTheGate,
  }
  return screens
    .filter(([name]) => sets[scene]?.has(name) ?? true)
    .map(([name, hash]): [string, string] => [
      `${scene}-${name}`,
      scene === 'many' ? inManyScene(hash) : hash,
    ])
    .filter(([name]) => name.includes(only))
}

const inManyScene = (hash: string) =>
  hash.replace('heart1234567', 'wide123456789').replace(String(finished), String(running))

async function picture(page: Page, name: string, dark: boolean, width: number) {
  const file = path.join(folder, `${name}-${dark ? 'dark' : 'light'}-${width}.png`)
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  )
  if (wide) console.log(`OVERFLOWS ${file}`)
  await page.evaluate(() => window.scrollTo(0, 0))
  await page.screenshot({ path: file, fullPage: true })
}

async function open(browser: Browser, scene: string, to: string, dark: boolean, width: number) {
  const context = await browser.newContext({
    viewport: { width, height: width === 1280 ? 800 : 1080 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    timezoneId: 'Europe/London',
  })
  const page = await context.newPage()
  if (!link) await page.clock.setFixedTime(NOW)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.log(`${scene}: ${message.text()}`)
  })
  page.on('pageerror', (error) => console.log(`${scene}: ${error.message}`))
  await page.goto(to)
  await page.locator('h1').waitFor()
  return page
}

async function show(page: Page, name: string, hash: string, dark: boolean, width: number) {
  await page.evaluate((to) => (location.hash = to), hash)
  await page.waitForTimeout(link ? 900 : 350)
  await picture(page, name, dark, width)
}

async function walk(browser: Browser, scene: Scene, dark: boolean, width: number) {
  const list = wanted(scene)
  if (list.length === 0) return
  const server = await serveScene(PAGES, scene)
  const page = await open(browser, scene, server.makeLink(), dark, width)
  for (const [name, hash] of list) await show(page, name, hash, dark, width)
  if (scene === 'full') await walkForms(page, dark, width)
  await page.context().close()
  await server.close()
}

/** Screens that come by what a person does: a file that is looked at before it is imported, and two that pair. */
async function walkForms(page: Page, dark: boolean, width: number) {
  if ('full-import'.includes(only)) {
    await page.evaluate(() => (location.hash = '#/datasets'))
    const table = { name: 'cardiology.csv', mimeType: 'text/csv', buffer: Buffer.from('patient;age') }
    await page.locator('input[type=file]').first().setInputFiles(table)
    await page.getByText('Read as separated values').waitFor()
    await picture(page, 'full-import', dark, width)
  }
  if (!'full-pairing'.includes(only)) return
  await page.evaluate(() => (location.hash = '#/network'))
  await page.getByRole('button', { name: 'Make a code' }).click()
  await page.waitForTimeout(400)
  await picture(page, 'full-pairing-code', dark, width)
  await page.getByLabel('Invitation code').fill('murmuration1:code')
  await page.getByRole('button', { name: 'Read the code' }).click()
  await page.getByRole('button', { name: 'Connect and compare words' }).click()
  await page.waitForTimeout(400)
  await picture(page, 'full-pairing-words', dark, width)
}

/** The same screens with what a real engine has: its first study and its first dataset. A link opens one browser only. */
async function walkReal(browser: Browser) {
  const page = await open(browser, 'real', link, false, 1280)
  const first = async (list: string) => {
    await page.evaluate((to) => (location.hash = to), list)
    const found = page.locator('main tbody a').first()
    return ((await found.getAttribute('href')) ?? '').split('/').at(-1) ?? ''
  }
  const [study, dataset] = [await first('#/studies'), await first('#/datasets')]
  const known = new Set([running, asked, unmapped, finished])
  for (const dark of [false, true]) {
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
    for (const width of [1280, 1920]) {
      await page.setViewportSize({ width, height: width === 1280 ? 800 : 1080 })
      for (const [name, hash] of screens.filter(([one]) => `real-${one}`.includes(only))) {
        const id = hash.split('/').at(-1) ?? ''
        const real = id === 'heart1234567' ? dataset : known.has(id) ? study : id
        await show(page, `real-${name}`, hash.replace(id, real), dark, width)
      }
    }
  }
}

mkdirSync(folder, { recursive: true })
const { executablePath, args, env } = await findBrowser()
const browser = await chromium.launch({
  executablePath,
  args,
  env: { ...process.env, ...env },
})
if (link) await walkReal(browser)
for (const scene of link ? [] : scenes) {
  for (const dark of [false, true]) {
    for (const width of [1280, 1920]) await walk(browser, scene, dark, width)
  }
}
await browser.close()
