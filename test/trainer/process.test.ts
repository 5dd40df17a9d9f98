import { afterEach, expect, test } from 'vitest'
import { type Channel, createTrainer } from '#trainer/client.ts'
import { createDirectTrainer, type Trainer } from '#trainer/direct.ts'
import { forkTrainer } from '#trainer/fork.ts'
import type { Jobs } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from './kit.ts'

const open: Trainer[] = []
afterEach(async () => {
  for (const trainer of open.splice(0)) await trainer.close()
})

/** A trainer in real processes of its own, all of which the test can see and kill. */
function start() {
  const channels: Channel[] = []
  const messages: unknown[] = []
  const sent: { job?: string }[] = []
  const spawn = () => {
    const channel = forkTrainer()
    channel.onMessage((message) => messages.push(message))
    channels.push(channel)
    const send = (message: { job?: string }) => {
      sent.push(message)
      channel.send(message)
    }
    return { ...channel, send }
  }
  const trainer = createTrainer({ spawn })
  open.push(trainer)
  return { trainer, channels, messages, sent }
}

const variables = Array.from({ length: 5 }, (_, i) => numberVariable(`v${i}`, 0, 1))
const stream = createStream('test', seed(4))
const column = (rows: number) => Array.from({ length: rows }, () => stream.real())
const table = toTable(
  variables.map(() => column(400)),
  column(400).map((value) => Number(value < 0.4)),
  (row) => row % 4 === 0,
)
const quick = aTask(variables, aPlan())
/** Long enough to be interrupted: minutes of steps. */
const network = {
  kind: 'mlp' as const,
  layers: [{ units: 4, activation: 'relu' as const }],
  dropout: 0,
  normalisation: 'none' as const,
}
const slow = aTask(variables, aPlan({ model: network, rounds: 10_000 }, { steps: 100_000 }))
const train = (statistics: Uint8Array): Jobs['train']['input'] => ({
  key: 'a',
  weight: 100,
  statistics,
  base: null,
  initialSeed: seed(1),
  batchSeed: seed(2),
  privateState: null,
})

test('a process of its own answers what this process would answer, bit for bit', async () => {
  const { trainer } = start()
  const here = createDirectTrainer()
  const answers = []
  for (const one of [trainer, here]) {
    const counts = await one.call('load', { key: 'a', task: quick, table })
    const { values } = await one.call('statistics', { key: 'a' })
    const statistics = concludeStatistics(quick, values)
    answers.push({ counts, statistics, update: await one.call('train', train(statistics)) })
  }
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]!.counts).toMatchObject({ train: 300, test: 100, excluded: 0 })
})

test('errors keep their code and sentence across processes; unknown jobs and bad input are refused', async () => {
  const { trainer } = start()
  await expect(trainer.call('statistics', { key: 'never loaded' })).rejects.toMatchObject({
    code: 'not-found',
  })
  const unknown = 'constructor' as 'describe' // a name that a caller in another process could send
  await expect(trainer.call(unknown, null)).rejects.toMatchObject({ code: 'bad-request' })
  const bad = { ...train(new Uint8Array(4)), batchSeed: new Uint8Array(31) }
  await expect(trainer.call('train', bad)).rejects.toMatchObject({ code: 'bad-request' })
  await trainer.call('load', { key: 'a', task: quick, table })
  await expect(trainer.call('train', train(new Uint8Array(4)))).rejects.toMatchObject({
    code: 'document-refused',
  })
  await trainer.call('forget', { key: 'a' })
  await expect(trainer.call('statistics', { key: 'a' })).rejects.toMatchObject({ code: 'not-found' })
})

test('a long job reports its progress and stops when it is cancelled', async () => {
  const { trainer } = start()
  await trainer.call('load', { key: 'a', task: slow, table })
  const controller = new AbortController()
  const heard = Promise.withResolvers<{ done: number; of: number }>()
  const job = trainer.call(
    'alone',
    { key: 'a', initialSeed: seed(1), batchSeed: seed(2) },
    { signal: controller.signal, onProgress: heard.resolve },
  )
  const stopped = expect(job).rejects.toThrow('enough')
  expect((await heard.promise).of).toBe(2e9)
  controller.abort(new Error('enough'))
  await stopped
  // The process is free again at once.
  expect((await trainer.call('statistics', { key: 'a' })).values).toHaveLength(33 + 6)
})

test('after a crash the tables are loaded again and the job is done again, once', async () => {
  const { trainer, channels, sent } = start()
  await trainer.call('load', { key: 'b', task: slow, table })
  await trainer.call('load', { key: 'a', task: quick, table })
  const before = await trainer.call('statistics', { key: 'a' })
  const begun = Promise.withResolvers<unknown>()
  const again = Promise.withResolvers<unknown>()
  let told = begun
  const job = trainer.call(
    'alone',
    { key: 'b', initialSeed: seed(1), batchSeed: seed(2) },
    { onProgress: (progress) => told.resolve(progress) },
  )
  const failed = expect(job).rejects.toMatchObject({ code: 'trainer-failed' })
  await begun.promise
  told = again
  channels[0]!.kill()
  await again.promise
  expect(channels).toHaveLength(2)
  channels[1]!.kill()
  await failed
  expect((await trainer.call('statistics', { key: 'a' })).values).toEqual(before.values)
  expect(channels).toHaveLength(3)
  // A driver may have brought it down: what was loaded is computed by our own passes from here on.
  const careful = { do: 'job', job: 'load', input: { compute: { isCareful: true } } }
  const loads = sent.filter((one) => one.job === 'load')
  expect(loads).toHaveLength(6)
  for (const load of loads.slice(2)) expect(load).toMatchObject(careful)
})

test('closing ends the process and what still waits', async () => {
  const { trainer, channels } = start()
  await trainer.call('load', { key: 'a', task: slow, table })
  const ended = new Promise<void>((resolve) => channels[0]!.onExit(resolve))
  const job = trainer.call('alone', { key: 'a', initialSeed: seed(1), batchSeed: seed(2) })
  const refused = expect(job).rejects.toMatchObject({ code: 'not-available' })
  await trainer.close()
  await refused
  await ended
  await expect(trainer.call('describe', null)).rejects.toMatchObject({ code: 'not-available' })
})

test('it says in words which engine computes and what else is there', { timeout: 60_000 }, async () => {
  const { trainer } = start()
  const { backend, reason, available } = await trainer.call('describe', null)
  expect(backend).toBe('simd')
  expect(reason).toMatch(/^Models on tables are small: .*\.$/)
  expect(available).toEqual(expect.arrayContaining(['simd', 'fused', 'wasm', 'cpu']))
})
