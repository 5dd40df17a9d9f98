import type { Browser, CDPSession } from 'playwright'
import { readFileSync } from 'node:fs'
import { reachRunning } from '#headless/reach.ts'
import { openPage, startBrowser } from '../../e2e/browser-kit.ts'
import type { Bench, Figures } from '../bench.ts'
import { homeOf, type Size } from '../ui/home.ts'
import { startHostProcess } from '../ui/host.ts'
import { measureScreens, type Opened } from '../ui/screens.ts'

const WHOLE: Size = { members: 49, trainings: 200, rows: 1_000_000 }
const QUICK: Size = { members: 4, trainings: 3, rows: 10_000 }
const PLAIN = ['', 'datasets', 'import', 'studies', 'propose', 'mapping', 'consents', 'rounds', 'results']
const MORE = ['models', 'network', 'audit', 'settings', 'help']

/** Every screen of an institution with a long history, in a real browser against the real engine. */
export const bench: Bench = {
  about:
    'opening and scrolling every screen with 49 members, 200 rounds and 1,000,000 rows (ms), start, memory',
  async run({ quick }) {
    const size = sizeOf(quick)
    const made = await homeOf(size)
    const browser = await startBrowser()
    const started = performance.now()
    const host = await startHostProcess(made)
    try {
      const { page, complaints } = await openPage(browser)
      const engineMs = performance.now() - started
      await page.goto(host.link)
      await page.locator('main h1').waitFor({ timeout: 60_000 })
      const usableMs = performance.now() - started
      const hashes = await hashesOf(made.home, size)
      await host.look()
      const opened = await measureScreens(page, hashes)
      if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join('; ')}`)
      const { stallMs, memoryMb } = await host.look()
      return {
        ...figuresOf(opened),
        'start of the engine, ms': Math.round(engineMs),
        'start to usable window, ms': Math.round(usableMs),
        'longest stall of the engine, ms': Math.round(stallMs),
        'memory of the engine, MB': Math.round(memoryMb),
        ...(await browserMemory(browser)),
      }
    } finally {
      await browser.close()
      await host.close()
    }
  },
}

/** The whole size, unless the environment names a smaller one as MEMBERS-TRAININGS-ROWS. */
function sizeOf(quick: boolean): Size {
  const [members = 0, trainings = 0, rows = 0] = (process.env.MURMURATION_BENCH_UI ?? '')
    .split('-')
    .map(Number)
  if (quick) return QUICK
  return rows > 0 ? { members, trainings, rows } : WHOLE
}

/** The addresses of all screens; throws where the engine does not hold what was made. */
async function hashesOf(home: string, { members, trainings, rows }: Size): Promise<string[]> {
  const client = await reachRunning(home)
  if (!client) throw new Error('The engine does not answer')
  try {
    const [dataset] = await client.call('datasets.list', null)
    const [study] = await client.call('studies.list', null)
    if (!dataset || !study) throw new Error('There is nothing in this home')
    const seen = [dataset.rows, study.members.length, study.trained]
    if (String(seen) !== String([rows, members, trainings])) throw new Error(`The home holds ${String(seen)}`)
    const one = [`datasets/${dataset.id}`, `studies/${study.id}`, `consents/${study.id}`]
    return [...PLAIN, ...one, ...MORE].map((place) => `#/${place}`)
  } finally {
    await client.close()
  }
}

function figuresOf(opened: readonly Opened[]): Figures {
  const figures = opened.flatMap(({ screen, openMs, frameMs }) => [
    [`${screen}: opens, ms`, Math.round(openMs)] as const,
    [`${screen}: longest frame while scrolling, ms`, Math.round(frameMs)] as const,
  ])
  return {
    ...Object.fromEntries(figures),
    'slowest screen, ms': Math.round(Math.max(...opened.map((one) => one.openMs))),
    'longest frame of all, ms': Math.round(Math.max(...opened.map((one) => one.frameMs))),
  }
}

/** Memory of the browser's processes, where the system tells. */
async function browserMemory(browser: Browser): Promise<Figures> {
  if (process.platform !== 'linux') return {}
  const session: CDPSession = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const sizes = processInfo.map(({ id, type }) => ({ type, mb: memoryOf(id) }))
  const total = (type: string) =>
    Math.round(sizes.reduce((sum, one) => sum + (one.type === type ? one.mb : 0), 0))
  return {
    'memory of the page, MB': total('renderer'),
    'memory of the browser around it, MB': total('browser'),
  }
}

function memoryOf(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1] ?? 0) / 1024
}
