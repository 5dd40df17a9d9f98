import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Browser, type Page } from 'playwright'
import { findBrowser } from '#build/browser.mjs'
import { serveScene, type Scene } from './double.ts'
import { hashOf, NOW } from './double-world.ts'

/**
 * Takes a picture of every screen in both themes and two sizes with a double of the engine, and says what the policy blocked
 * and what overflows. `node test/renderer/screenshots.ts FOLDER [part of a name]`
 */
const [folder = 'build/out/screenshots', only = ''] = process.argv.slice(2)
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
const inFailing = new Set(['home', 'studies', 'consent', 'datasets', 'audit'])

function wanted(scene: Scene): [string, string][] {
  const sets: Record<Scene, Set<string> | null> = {
    full: null,
    empty: inEmpty,
    many: inMany,
    failing: inFailing,
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
  await page.screenshot({ path: file, fullPage: true })
}

async function walk(browser: Browser, scene: Scene, dark: boolean, width: number) {
  const list = wanted(scene)
  if (list.length === 0) return
  const server = await serveScene(PAGES, scene)
  const context = await browser.newContext({
    viewport: { width, height: width === 1280 ? 800 : 1080 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    timezoneId: 'Europe/London',
  })
  const page = await context.newPage()
  await page.clock.setFixedTime(NOW)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.log(`${scene}: ${message.text()}`)
  })
  page.on('pageerror', (error) => console.log(`${scene}: ${error.message}`))
  await page.goto(server.makeLink())
  await page.locator('h1').waitFor()
  for (const [name, hash] of list) {
    await page.evaluate((to) => (location.hash = to), hash)
    await page.waitForTimeout(350)
    await picture(page, name, dark, width)
  }
  await context.close()
  await server.close()
}

mkdirSync(folder, { recursive: true })
const { executablePath, args, env } = await findBrowser()
const browser = await chromium.launch({
  executablePath,
  args,
  env: { ...process.env, ...env } as Record<string, string>,
})
const sizes = only.includes('@') ? [1280] : [1280, 1920]
for (const scene of ['full', 'empty', 'many', 'failing'] as const) {
  for (const dark of [false, true]) {
    for (const width of sizes) await walk(browser, scene, dark, width)
  }
}
await browser.close()
