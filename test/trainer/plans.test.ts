import * as v from 'valibot'
import { expect, test } from 'vitest'
import { Plan } from '#domain/plan.ts'
import { ballotOf, isVotedDown, standingOf, type Verdict } from '#domain/gate.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table } from '#trainer/jobs.ts'
import { candidatesOf } from '#trainer/plans/candidates.ts'
import { searchPlan } from '#trainer/plans/search.ts'
import { createStream } from '#trainer/random.ts'
import { judge } from '#trainer/training/stopping.ts'
import { federate, figuresOverAll, trainRounds } from './federation.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from './kit.ts'

const stream = createStream('test', seed(12))
const variables = Array.from({ length: 3 }, (_, i) => numberVariable(`v${i}`, 0, 1))

/** Rows whose outcome follows a score of the columns, with noise. */
function aTable(rows: number, score: (row: readonly number[]) => number, byte = 12): Table {
  const words = createStream('test', seed(byte))
  const columns = variables.map(() => Array.from({ length: rows }, () => words.real()))
  const outcome = Array.from({ length: rows }, (_, i) => {
    return Number(words.real() < 1 / (1 + Math.exp(-score(columns.map((column) => column[i]!)))))
  })
  return toTable(columns, outcome, (row) => row % 4 === 0)
}
const straight = ([a = 0, b = 0]: readonly number[]) => 8 * a - 6 * b - 1
const crossed = ([a = 0, b = 0]: readonly number[]) => (a > 0.5 === b > 0.5 ? 3 : -3)
const search = { seed: seed(3), milliseconds: 60_000, totalRows: 3000 }

test('a search over own rows finds a plan that learns, and says where it came from in words for all', async () => {
  const trainer = createDirectTrainer('fused')
  const poor = aTask(variables, aPlan({ l2: 30 }, { learningRate: 1e-5 }))
  const table = aTable(500, straight)
  await trainer.call('load', { key: 'a', task: poor, table })
  const { plan, tried, finished, reasons } = await trainer.call('search', { key: 'a', ...search })
  expect(tried).toBe(24)
  expect(finished).toBe(true)
  expect(v.safeParse(Plan, plan).success).toBe(true)
  expect(plan.model.kind).toBe('linear')
  expect(plan.local.learningRate).toBeGreaterThanOrEqual(0.03)
  expect(plan.origin).toMatch(/successive halving over 24 plans.*own training rows\.$/)
  expect(reasons.length).toBeGreaterThan(0)
  const auc = async (one: Plan) => {
    const federation = await federate(createDirectTrainer('fused'), aTask(variables, one), [table])
    return (await figuresOverAll(federation, (await trainRounds(federation, 20)).at(-1)!)).logLoss!
  }
  expect(await auc(plan)).toBeLessThan((await auc(poor.plan)) - 0.05)
})

test('a search takes a network only where a straight line cannot follow, and never looks at held-out rows', async () => {
  const trainer = createDirectTrainer('fused')
  const task = aTask(variables, aPlan({ l2: 0.001 }, { learningRate: 0.1 }))
  const table = aTable(900, crossed)
  await trainer.call('load', { key: 'a', task, table })
  const found = await trainer.call('search', { key: 'a', ...search })
  expect(found.plan.model.kind).toBe('mlp')
  const spoiled = {
    ...table,
    outcome: table.outcome.map((value, row) => (row % 4 === 0 ? 1 - value : value)),
  }
  await trainer.call('load', { key: 'b', task, table: spoiled })
  expect(await trainer.call('search', { key: 'b', ...search })).toEqual(found)
})

test('a search that has no time judges the plan as it is, and says that it did not finish', async () => {
  const task = aTask(variables, aPlan())
  const table = aTable(400, straight)
  let minutes = 0
  const around = { pace: () => undefined, ticks: () => 60_000 * minutes++ }
  const found = await searchPlan(
    { task, table, engine: fusedEngine },
    { ...search, milliseconds: 1000 },
    around,
  )
  expect(found.finished).toBe(false)
  expect(found.plan.local).toEqual(task.plan.local)
})

test('candidates keep what a search does not vary, and a small table has no networks', () => {
  const plan = aPlan({ intercept: 'private', rounds: 77 }, { proximal: 0.5 })
  const all = candidatesOf({ plan }, { rows: 60, share: 0.1 }, seed(1))
  expect(
    all.every((one) => one.intercept === 'private' && one.rounds === 77 && one.local.proximal === 0.5),
  ).toBe(true)
  expect(all.every(({ model }) => model.kind === 'linear')).toBe(true)
  expect(
    candidatesOf({ plan }, { rows: 600, share: 0.1 }, seed(1)).some(({ model }) => model.kind === 'mlp'),
  ).toBe(true)
})

test('a model is better or worse only where it differs by more than chance', () => {
  const losses = (shift: number, noise: number) =>
    Float64Array.from({ length: 200 }, () => 0.5 + shift + noise * (stream.real() - 0.5))
  const before = losses(0, 0)
  expect(judge(before, losses(-0.1, 0.5)).verdict).toBe('better')
  expect(judge(before, losses(0.1, 0.5)).verdict).toBe('worse')
  expect(judge(before, before).verdict).toBe('same')
  expect(judge(before, losses(-1e-6, 0)).verdict).toBe('same')
  expect(judge(Float64Array.of(1, 1), Float64Array.of(0, 0))).toMatchObject({ verdict: 'same', rows: 2 })
  const some = before.map((loss, i) => (i % 2 ? loss : Number.NaN))
  expect(judge(some, losses(-0.1, 0)).rows).toBe(100)
  let sure = 0
  for (let i = 0; i < 400; i++) if (judge(losses(0, 1), losses(0, 1)).verdict === 'same') sure += 1
  expect(sure / 400).toBeGreaterThan(0.6)
})

test('a hospital votes for a trained model and against one that forgot', async () => {
  const task = aTask(variables, aPlan({}, { learningRate: 0.5 }))
  const federation = await federate(createDirectTrainer('fused'), task, [
    aTable(300, straight, 20),
    aTable(300, straight, 21),
  ])
  const rounds = await trainRounds(federation, 30)
  const ask = (before: Uint8Array | null, after: Uint8Array) => {
    const { trainer, statistics } = federation
    return trainer.call('vote', {
      ...{ key: 'hospital 0', statistics, before, after },
      ...{ privateState: null, initialSeed: seed(1) },
    })
  }
  expect((await ask(rounds[0]!, rounds[29]!)).verdict).toBe('better')
  expect((await ask(null, rounds[0]!)).verdict).toBe('better')
  expect((await ask(rounds[29]!, rounds[0]!)).verdict).toBe('worse')
  expect((await ask(rounds[29]!, rounds[29]!)).verdict).toBe('same')
})

/** Training sums 0, 1, 2, ... with the votes on each: + better, = same, - worse. */
const sums = (...rounds: string[]) =>
  rounds.map((text, sum) => {
    const marks: Record<string, Verdict> = { '+': 'better', '=': 'same', '-': 'worse' }
    return {
      sum,
      ballot: ballotOf(
        text.split('').map((one) => marks[one]!),
        3,
      ),
    }
  })

test('training is over when no round was an improvement on the best for as long as the plan has patience', () => {
  const stand = (...rounds: string[]) => standingOf(sums(...rounds), { kind: 'votes', patience: 2 })
  expect(stand()).toMatchObject({ line: [], best: null, over: false })
  expect(stand('===', '++-', '===')).toMatchObject({ line: [0, 1, 2], best: 1, over: false })
  expect(stand('===', '++-', '===', '+-=', '+++')).toMatchObject({ line: [0, 1], best: 1, over: true })
  expect(standingOf(sums('+', '+', '+', '+'), { kind: 'votes', patience: 1 })).toEqual({
    line: [0, 1, 2, 3],
    ...{ fallen: [], best: 3, over: false },
  })
})

test('half of a sum are no majority, and who did not vote did not find it worse', () => {
  const votes = (...given: Verdict[]) => isVotedDown(ballotOf(given, 4))
  expect(votes('worse', 'worse')).toBe(false)
  expect(votes('worse', 'worse', 'same', 'better')).toBe(false)
  expect(votes('worse', 'worse', 'worse')).toBe(true)
})

test('a majority of worse rolls back to the best model so far, and what lies between leads nowhere', () => {
  const stand = (...rounds: string[]) => standingOf(sums(...rounds), { kind: 'never' })
  expect(stand('===', '+++', '===', '---', '+++')).toEqual({
    line: [0, 1, 4],
    // Who was voted down, and who was only set aside with it: no majority found that one worse.
    fallen: [
      { sum: 3, fate: 'voted-down' },
      { sum: 2, fate: 'set-aside' },
    ],
    ...{ best: 4, over: false },
  })
  // Two of three are a majority, one is none, whoever does not vote.
  expect(stand('+++', '--=')).toMatchObject({ line: [0], best: 0, over: false })
  expect(stand('+++', '-')).toMatchObject({ line: [0, 1], best: 0, over: false })
  // A first model that is worse than none is not gone on from either.
  expect(stand('---', '+++')).toMatchObject({ line: [1], best: 1, over: false })
  expect(stand('---')).toMatchObject({ line: [], best: null, over: false })
})

test('a study has converged when for as long as it has patience neither votes nor the loss of the sums in force got better', () => {
  const stopping = { kind: 'converged', patience: 3, tolerance: 0.01 } as const
  const stand = (...rounds: [string, number | null][]) =>
    standingOf(
      sums(...rounds.map(([votes]) => votes)).map((one, i) => ({ ...one, loss: rounds[i]![1] })),
      stopping,
    )
  const falling = [0.7, 0.6, 0.5, 0.4, 0.3].map((loss): [string, number] => ['===', loss])
  // Small held-out sets see nothing, yet training goes on while the loss falls.
  expect(stand(...falling)).toMatchObject({ line: [0, 1, 2, 3, 4], best: 0, over: false })
  const flat = (votes: string) => [0.5, 0.5, 0.5, 0.5].map((loss): [string, number] => [votes, loss])
  expect(stand(...flat('==='))).toMatchObject({ line: [0, 1, 2, 3], best: 0, over: true })
  expect(stand(...flat('++='))).toMatchObject({ best: 3, over: false })
  // Steps each below the tolerance add up to more than it.
  const slow = [0.5, 0.497, 0.494, 0.485, 0.48].map((loss): [string, number] => ['===', loss])
  expect(stand(...slow)).toMatchObject({ over: false })
  // A sum that is voted down is no progress, however low its loss.
  expect(stand(['===', 0.5], ['---', 0.1], ['---', 0.01], ['---', 0.001])).toMatchObject({
    line: [0],
    over: true,
  })
  // Without losses votes alone decide; what is over stays over.
  expect(stand(...flat('===').map(([votes]): [string, null] => [votes, null]), ['+++', 0.1])).toMatchObject({
    line: [0, 1, 2, 3],
    over: true,
  })
})

test('fine-tuning helps a hospital that is unlike the others, and leaves the model alone where rows are few', async () => {
  const contrary = (row: readonly number[]) => -straight(row)
  const tables = [
    aTable(900, straight, 30),
    aTable(900, straight, 31),
    aTable(600, contrary, 32),
    aTable(60, straight, 33),
  ]
  const task = aTask(variables, aPlan({ intercept: 'private' }, { learningRate: 0.5 }), { minimumRows: 10 })
  const federation = await federate(createDirectTrainer('fused'), task, tables)
  const base = (await trainRounds(federation, 15)).at(-1)!
  const { trainer, statistics } = federation
  const input = { statistics, base, privateState: null }
  const before = await trainer.call('score', { key: 'hospital 2', ...input })
  const after = await trainer.call('tune', { key: 'hospital 2', ...input, batchSeed: seed(4) })
  expect(after.passes).toBeGreaterThan(0)
  expect(after.figures.logLoss!).toBeLessThan(before.figures.logLoss! - 0.05)
  const small = await trainer.call('tune', { key: 'hospital 3', ...input, batchSeed: seed(4) })
  expect(small.passes).toBe(0)
  const untouched = await trainer.call('score', { key: 'hospital 3', ...input })
  expect(small.figures).toEqual(untouched.figures)
})
