import { afterEach, describe, expect, test } from 'vitest'
import type { FiguresView } from '#contract/views.ts'
import { hashOf } from '#domain/canonical.ts'
import type { Decided } from '#domain/round.ts'
import { lookup } from '#engine/cells.ts'
import { mapTable } from '#engine/map-table.ts'
import { offerOf, type Known } from '#engine/published.ts'
import { createResults, type ResultPorts } from '#engine/results.ts'
import { createSentBytes } from '#engine/sent-bytes.ts'
import { createWorker } from '#engine/worker.ts'
import { realClock } from '#kit/real-clock.ts'
import type { Work } from '#network/ports.ts'
import { recordResult } from '#store/results.ts'
import { bytesSentIn } from '#store/rounds.ts'
import { openPlay } from '../model/play.ts'
import { createMemoryStore } from '../simulation/memory-store.ts'
import { makeHome } from '../store/home.ts'
import { aMapping, aStudy } from './a-study.ts'

const homes: ReturnType<typeof makeHome>[] = []
afterEach(() => {
  for (const one of homes.splice(0)) one.remove()
})

function aDatabase() {
  const home = makeHome()
  homes.push(home)
  return home.open()
}

/** The study of the played round, its approvals and what was signed in it, as one member's library has them. */
function libraryOf(play: ReturnType<typeof openPlay>) {
  const store = createMemoryStore()
  for (const one of [...play.setting.general, ...play.documents()]) store.library.add(one)
  return store
}

const figures = (changes: Partial<FiguresView> = {}): FiguresView => ({
  ...{ rows: 60, events: 30, auc: 0.8, logLoss: 0.5, brier: 0.2, accuracy: 0.7 },
  ...changes,
})

describe('figures of our held-out patients', () => {
  const interval = { value: 0.8, low: 0.7, high: 0.9 }
  const each = { auc: interval, logLoss: interval, brier: interval, accuracy: interval, r2: interval }
  const known = (outcome: Known['outcome'], changes: Partial<FiguresView>): Known => ({
    outcome,
    shared: figures(changes),
    intervals: { alone: each, shared: each },
  })
  const binary = aStudy().outcome
  const amount: Known['outcome'] = { task: 'regression', name: 'days', label: '', unit: 'd', low: 0, high: 9 }

  test.each([
    ['nine with the outcome', { rows: 500, events: 9 }],
    ['nine without it', { rows: 500, events: 491 }],
    ['one patient', { rows: 1, events: 1 }],
  ])('are not published of %s', (_, changes) => {
    expect(offerOf(known(binary, changes))).toBeNull()
  })

  test('are published of ten with the outcome and ten without it', () => {
    expect(offerOf(known(binary, { rows: 20, events: 10 }))).toMatchObject({ rows: 20 })
  })

  test('are published of 20 patients and not of 19 where the outcome is a number', () => {
    expect(offerOf(known(amount, { rows: 19, events: null }))).toBeNull()
    expect(offerOf(known(amount, { rows: 20, events: null }))).toMatchObject({ rows: 20 })
  })

  test('of a model that is not the one in force any more are not shown as its own', () => {
    const play = openPlay()
    const { study } = play.setting
    const db = aDatabase()
    const sum = (name: string) =>
      ({ result: 'sum', roster: hashOf(1), ctx: hashOf(2), sum: hashOf(3), artefact: hashOf(name) }) as const
    const decided: Decided[] = ['statistics', 'first', 'second'].map((name, i) => ({
      ...{ round: i + 1, kind: i === 0 ? 'statistics' : 'training', attempt: 0, outcome: sum(name) },
    }))
    const store = libraryOf(play)
    const ports = {
      ...{ db, library: store.library, shelf: store.shelf, clock: realClock },
      ...{ signer: play.setting.signers[0]!, announce: () => {}, name: 'Aue' },
      histories: { of: () => decided.map((one) => ({ ...one, members: [] })), add: () => {} },
    }
    // Safe: reading takes no more of the ports than these.
    const results = createResults(ports as unknown as ResultPorts)
    recordResult(db, study.id, 'shared', { model: hashOf('first'), figures: figures() }, 1)
    expect(results.get({ study: study.id })).toMatchObject({ modelHash: hashOf('second'), shared: null })
    recordResult(db, study.id, 'shared', { model: hashOf('second'), figures: figures() }, 2)
    expect(results.get({ study: study.id }).shared).toEqual(figures())
  })
})

describe('a worker', () => {
  /** Asks the worker of the first member for a contribution from data with this key; nothing is loaded from it. */
  function asked(play: ReturnType<typeof openPlay>, key: string) {
    const touched: string[] = []
    const { study, signers } = play.setting
    const ports = {
      ...{ library: libraryOf(play).library, signer: signers[0]!, clock: realClock },
      data: { chosen: () => ({ study: study.id, key }) },
      restored: {
        ready: () => {
          touched.push('ready')
          return Promise.reject(new Error('It went on'))
        },
      },
    }
    // Safe: before the approval is looked at, no more of the ports is taken than these.
    const worker = createWorker(ports as unknown as Parameters<typeof createWorker>[0])
    const work: Work = { study, round: 1, kind: 'statistics', base: null }
    return { touched, done: worker.contribute(work, new AbortController().signal) }
  }

  test('fixes no rows and computes nothing of a dataset that our approval does not name', async () => {
    const play = openPlay()
    const other = asked(play, hashOf('another dataset'))
    await expect(other.done).rejects.toMatchObject({ code: 'consent-missing' })
    expect(other.touched).toEqual([])
    const approved = asked(play, play.approval(0).body.grant!.dataset)
    await expect(approved.done).rejects.toThrow('It went on')
  })
})

describe('bytes that leave', () => {
  test('count as ours where we committed to them, and not where another did', async () => {
    const play = openPlay()
    await play.does(2)
    await play.all([0, 1, 2, 3])
    await play.all([0, 1, 2, 3])
    const { study, signers, round, kind } = play.setting
    const db = aDatabase()
    const { library } = libraryOf(play)
    const roundOf = () => ({ round, kind })
    const sent = createSentBytes({ db, clock: realClock, library, signer: signers[0]!, roundOf })
    sent.add(study.id, play.last('commitment', 1).body.contribution, 1000)
    sent.write()
    expect(bytesSentIn(db, study.id)).toBe(0)
    sent.add(study.id, play.last('commitment', 0).body.contribution, 30)
    sent.add(study.id, play.last('commitment', 1).body.contribution, 1000)
    sent.write()
    expect(bytesSentIn(db, study.id)).toBe(30)
  })
})

describe('a cell', () => {
  test('that two entries would answer as a number has no answer', () => {
    const find = lookup([
      ['1', 'yes'],
      ['01', 'no'],
      ['2', 'maybe'],
    ])
    expect(['1', '01', '1.0', '2.0'].map((one) => find(one))).toEqual(['yes', 'no', undefined, 'maybe'])
  })

  test('that two entries would answer by their spelling has no answer', () => {
    const find = lookup([
      ['Ja', 'yes'],
      ['JA', 'no'],
    ])
    expect(['Ja', 'JA', 'ja'].map((one) => find(one))).toEqual(['yes', 'no', undefined])
  })
})

test('a value on a limit is not outside it, however the limit is rounded', async () => {
  const [low, high] = [0.7, 1.1] // as 32 bits, the first is smaller and the second greater
  expect([Math.fround(low) < low, Math.fround(high) > high]).toEqual([true, true])
  const study = aStudy({ variables: [{ type: 'number', name: 'v', unit: null, low, high }] as never })
  const source = { column: 'x', missingCodes: [], scale: null, values: null }
  const cells: Record<string, number[]> = { x: [low, high, 1, 0.6, 1.2], num: [0, 0, 0, 0, 0] }
  const columns = { rows: 5, names: new Set(['x', 'num']), cells: (name: string) => cells[name] ?? [] }
  const mapping = aMapping({ variables: { v: source } })
  const { tallies } = await mapTable(
    study,
    mapping,
    columns,
    () => false,
    async () => {},
  )
  expect(tallies[0]).toMatchObject({ outside: 2 })
})
