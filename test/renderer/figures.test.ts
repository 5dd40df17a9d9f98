import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EngineCallName, EngineEvent, Output } from '#contract/calls.ts'
import { hashOf } from './double-world.ts'
import { goTo, openScene, startBrowser } from './pages-kit.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterAll(() => browser?.close())

const [running, asked, finished] = [20, 22, 25].map(hashOf) as [string, string, string]
const studies = (study: string): EngineEvent => ({ event: 'studies.changed', study })
const rounds: EngineEvent = { event: 'rounds.changed', study: running, round: 12 }
const around = (value: number) => ({ value, low: value - 0.04, high: value + 0.04 })

/** A change of what the engine answers, and what the open screen then says. */
interface Change {
  readonly at: string
  readonly call: EngineCallName
  readonly event: EngineEvent
  readonly change: (answer: never) => void
  readonly shown: readonly string[]
}

function changing<N extends EngineCallName>(
  at: string,
  call: N,
  event: EngineEvent,
  change: (answer: Output<N>) => void,
  shown: readonly string[],
): Change {
  return { at, call, event, change, shown }
}

const changes: readonly Change[] = [
  changing(
    '#/',
    'studies.list',
    studies(running),
    ([first]) => Object.assign(first!, { trained: 17, answerBy: null }),
    ['17 of at most 30 training rounds'],
  ),
  changing(
    '#/',
    'results.get',
    studies(finished),
    ({ shared, alone }) => {
      Object.assign(shared!, { auc: 0.771, rows: 213, events: 67 })
      Object.assign(alone!, { auc: 0.632 })
    },
    ['Shared 0.77 vs ours alone 0.63 AUC', 'On 213 held-out patients of ours, 67 with the outcome'],
  ),
  changing(
    `#/results/${finished}`,
    'results.get',
    studies(finished),
    (view) => {
      Object.assign(view.shared!, { auc: 0.7654, logLoss: 0.3217, brier: 0.1113, accuracy: 0.7331 })
      Object.assign(view.overall!, { rows: 8765, events: 4321, auc: 0.7129 })
      Object.assign(view, { difference: around(0.123) })
      Object.assign(view.intervals!.shared, { auc: around(0.7654), accuracy: around(0.7331) })
      Object.assign(view.subgroups![0]!, { rows: 345, shared: around(0.655) })
      Object.assign(view.members![1]!, { rows: 543, shared: around(0.645) })
    },
    [
      ...['ranks 77 of 100 pairs', '+0.08 to +0.16', '0.765', '(0.73–0.81)', '0.322', '0.111', '0.733'],
      ...['(0.69–0.77)', '8,765', '4,321', '0.713', '345', '543', '0.66 (0.62–0.70)', '0.65 (0.61–0.69)'],
    ],
  ),
  changing(
    `#/rounds/${running}`,
    'rounds.list',
    rounds,
    (list) => {
      const last = list.at(-2)!
      Object.assign(last, { ownLoss: 0.8123, sharedLoss: 0.7456, bytesSent: 98_700, votes: [] })
    },
    ['0.812', '0.746', '98.7 kB'],
  ),
  changing(
    `#/studies/${running}`,
    'studies.get',
    studies(running),
    (view) => Object.assign(view, { voided: 9, bytesSent: 7_650_000, trained: 19 }),
    ['9 void rounds', '7.7 MB', '19 of at most 30 training rounds'],
  ),
  changing(
    `#/studies/${running}`,
    'statistics.get',
    studies(running),
    (view) => {
      Object.assign(view!, { rows: 9753 })
      Object.assign(view!.variables[0]!, { mean: 47.6, sd: 8.4, quartiles: [41, 47, 53] })
      Object.assign(view!.drift![0]!, { ours: 5.13, others: 198.4 })
    },
    ['9,753 training patients', '47.6 (8.4)', '41 · 47 · 53', 'our mean is 5.13, the others’ 198.4'],
  ),
  changing(
    `#/consents/${asked}`,
    'consents.page',
    { event: 'consents.changed', study: asked },
    (page) => {
      Object.assign(page, { rowsUsed: 1234, rowsTotal: 5678, values: 4567, bytesPerRound: 36_536 })
      page.parts[2]!.lines[1] = '1111 rows train the model, 123 are held out.'
    },
    ['1,234 of 5,678', '4,567', '36.5 kB', '1111 rows train the model, 123 are held out.'],
  ),
  changing(
    '#/models',
    'models.list',
    { event: 'rounds.changed', study: running, round: 11 },
    (models) => Object.assign(models[0]!, { round: 876, trained: 765 }),
    ['876', '765'],
  ),
  changing(
    '#/network',
    'peers.list',
    { event: 'peers.changed' },
    (peers) => Object.assign(peers[0]!, { skewMs: -5 * 60_000, name: 'Sandhill Clinic' }),
    ['Sandhill Clinic', '5 mins behind ours'],
  ),
  changing(
    '#/datasets/heart1234567',
    'datasets.get',
    { event: 'datasets.changed' },
    (dataset) => {
      Object.assign(dataset, { rows: 4242 })
      Object.assign(dataset.columns[0]!, { missing: 1061, distinct: 97, low: 19, high: 93 })
    },
    ['4,242 rows', '97', '19 – 93'],
  ),
]

/** What a person reads on the screen, drawings too. */
const read = (page: Page) =>
  page.evaluate(() => {
    const main = document.querySelector('main')
    const drawn = [...(main?.querySelectorAll('svg text') ?? [])].map((one) => one.textContent ?? '')
    return [main?.innerText ?? '', ...drawn].join('\n').replaceAll(/\s+/g, ' ')
  })

async function missing(page: Page, shown: readonly string[]): Promise<string[]> {
  const seen = await read(page)
  return shown.filter((one) => !seen.includes(one))
}

test('every figure is the engine’s: what changes there is on the open screen without a reload', async () => {
  const { page, handlers, announce, close } = await openScene(browser, 'full')
  const calls = handlers as Record<string, (input: never) => unknown>
  for (const { at, call, event, change, shown } of changes) {
    await goTo(page, at)
    const before = await read(page)
    const told = shown.filter((one) => before.includes(one) && one.length > 3)
    expect(told, `${at} said before what it could not know`).toEqual([])
    const answer = calls[call]!
    calls[call] = async (input) => {
      const given = structuredClone(await answer(input))
      change(given as never)
      return given
    }
    announce(event)
    await expect
      .poll(() => missing(page, shown), { message: `${at} after ${call}`, timeout: 10_000 })
      .toEqual([])
    calls[call] = answer
  }
  await close()
}, 120_000)
