import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { EngineCallName, Input, Output } from '#contract/calls.ts'
import { answer } from '#contract/serve.ts'
import { hashBytes } from '#domain/canonical.ts'
import { forkReader } from '#engine/fork-reader.ts'
import { createEngine, type Engine } from '#engine/engine.ts'
import { fixTestRows, sampleMaterial } from '#headless/demo/prepare.ts'
import { draftOf, mappingOf } from '#headless/study-file.ts'
import { add, decode, encode, toBytes } from '#network/averaging/fixed-point.ts'
import type { Channel } from '#trainer/client.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import { forkTrainer } from '#trainer/fork.ts'
import type { Jobs, PrivateState } from '#trainer/jobs.ts'
import { shapeOf } from '#trainer/shape.ts'
import { averageTraining, concludeTraining } from '#trainer/training/conclude.ts'
import { realClock } from '#kit/real-clock.ts'

const ROUNDS = 4
const folder = mkdtempSync(path.join(tmpdir(), 'murmuration central '))
const engines: Engine[] = []
afterAll(async () => {
  await Promise.all(engines.map((one) => one.close()))
  rmSync(folder, { recursive: true, force: true })
})

/** What a hospital's engine asked of its trainer. */
interface Asked {
  load: Jobs['load']['input'] | null
  readonly train: Jobs['train']['input'][]
}

/** A real trainer process whose questions are written down on the way. */
function tapped(asked: Asked): Channel {
  const channel = forkTrainer()
  return {
    ...channel,
    send(message) {
      const { job, input } = message as { job?: string; input: unknown } // what the engine's own client sends
      if (job === 'load') asked.load = input as Jobs['load']['input']
      if (job === 'train') asked.train.push(input as Jobs['train']['input'])
      channel.send(message)
    },
  }
}

async function open(name: string, asked: Asked) {
  const engine = await createEngine({
    database: { path: path.join(folder, `${name}.db`), key: randomBytes(32) },
    seed: randomBytes(32),
    name,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    startTrainer: () => tapped(asked),
    startReader: forkReader,
    clock: realClock,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    build: 'test',
    rehearsal: null,
    log: () => undefined,
  })
  engines.push(engine)
  return async <N extends EngineCallName>(call: N, input: Input<N>): Promise<Output<N>> =>
    (await answer(engine.handlers, call, input)) as Output<N> // safe: each handler answers its own call
}

test(
  'four hospitals come to the model of a central FedAvg, to 1e-9 before it is rounded',
  { timeout: 120_000 },
  async () => {
    const { study: file, tables } = fixTestRows(sampleMaterial(4))
    const declared = { ...file, study: { ...file.study, plan: { ...file.study.plan, rounds: ROUNDS } } }
    const asked = tables.map((): Asked => ({ load: null, train: [] }))
    const calls = await Promise.all(tables.map((one, index) => open(one.name, asked[index]!)))
    const codes = await Promise.all(calls.map((call) => call('institution.invite', null)))
    for (const [i, call] of calls.entries()) {
      for (const [j, { code }] of codes.entries()) if (i !== j) await call('peers.confirm', { code })
    }
    const [first] = calls
    const own = await first!('institution.get', null)
    const draft = draftOf(declared, own, await first!('peers.list', null), Date.now())
    const { id: study } = await first!('studies.propose', draft)
    for (const [index, call] of calls.entries()) {
      const { name, csv } = tables[index]!
      await expect.poll(async () => (await call('studies.list', null)).length, { timeout: 20_000 }).toBe(1)
      const bytes = new TextEncoder().encode(csv)
      const { id } = await call('imports.begin', { name, source: name, size: bytes.length, replaces: null })
      await call('imports.chunk', { id, bytes })
      const { id: dataset } = await call('imports.finish', { id })
      await call('mappings.save', { study, dataset, mapping: mappingOf(declared, name) })
      const { textHash } = await call('consents.page', { study })
      const decidedBy = { name: 'Test', role: 'Test', authenticated: 'command-line' } as const
      const scope = { from: 1, to: draft.rules.lastRound, expiresAt: draft.expiresAt }
      const decision = {
        study,
        decision: 'approve',
        ...scope,
        reason: '',
        decidedBy,
        secondBy: null,
        textHash,
      } as const
      await call('consents.decide', decision)
    }
    const views = () => Promise.all(calls.map((call) => call('studies.get', { id: study })))
    await expect
      .poll(async () => (await views()).every((one) => one.state === 'finished'), { timeout: 60_000 })
      .toBe(true)
    expect(new Set((await views()).map((one) => one.modelHash)).size).toBe(1)

    const all = await first!('rounds.list', { study, from: 1, limit: 100 })
    const rounds = all.filter((one) => one.kind === 'training')
    expect(rounds).toHaveLength(ROUNDS)
    await compareWithCentral(
      asked,
      rounds.map(({ outcome }) => outcome),
    )
  },
)

/** Trains the same plan once more in this one process, with plain sums of float64 and no network, masks or fixed point. */
async function compareWithCentral(
  asked: Asked[],
  outcomes: Output<'rounds.list'>[number]['outcome'][],
): Promise<void> {
  const trainer = createDirectTrainer()
  const states: (PrivateState | null)[] = asked.map(() => null)
  for (const [index, { load }] of asked.entries())
    await trainer.call('load', { ...load!, key: `central ${index}` })
  const { task } = asked[0]!.load!
  const { length, bound } = shapeOf(task, 'training')
  let previous: string | null = null
  for (const [round, outcome] of outcomes.entries()) {
    if (outcome?.result !== 'sum') throw new Error('Every round came to a sum')
    const plain = new Float64Array(length)
    const exact = encode(new Float64Array(length), bound)
    let weight = 0
    const { base, statistics, initialSeed } = asked[0]!.train[round]!
    expect(base && hashBytes(base)).toBe(previous)
    for (const [index, { train }] of asked.entries()) {
      const input = train[round]!
      const job = { ...input, key: `central ${index}`, privateState: states[index]! }
      const { values, privateState } = await trainer.call('train', job)
      states[index] = privateState
      values.forEach((value, at) => (plain[at]! += value))
      add(exact, encode(values, bound))
      weight += input.weight
    }
    expect(hashBytes(toBytes(exact))).toBe(outcome.sum)
    const opened = { task, statistics, base, initialSeed, weight }
    const central = averageTraining({ ...opened, sum: plain }).params
    const together = averageTraining({ ...opened, sum: decode(exact) }).params
    expect(central.length).toBeGreaterThan(8)
    expect(Math.max(...central.map((value, at) => Math.abs(value - together[at]!)))).toBeLessThan(1e-9)
    expect(central.some((value) => Math.abs(value) > 0.01)).toBe(true)
    expect(hashBytes(concludeTraining({ ...opened, sum: decode(exact) }))).toBe(outcome.artefact)
    previous = outcome.artefact
  }
  await trainer.close()
}
