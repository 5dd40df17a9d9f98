import { createDirectTrainer } from '#trainer/direct.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { aPlan, aTask, numberVariable, seed } from '../../trainer/kit.ts'
import '../with-starter.ts'

const COLUMNS = 50

/** A trainer alone with a table of so many cells: trains one step of a linear model and says how large the process became. */
const [, , cells = ''] = process.argv
const rows = Number(cells) / COLUMNS
const variables = Array.from({ length: COLUMNS }, (_, i) => {
  return { ...numberVariable(`v${i}`, -1, 1), missing: 'mean' as const }
})
const task = aTask(variables, aPlan({ model: { kind: 'linear' } }, { steps: 1 }))
const wave = (size: number, step: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * step))
const table = {
  columns: variables.map((_, j) => wave(rows, j + 1)),
  outcome: Float32Array.from({ length: rows }, (_, i) => i % 2),
  event: null,
  heldOut: Uint8Array.from({ length: rows }, (_, i) => Number(i % 5 === 0)),
  subgroups: [],
}
const trainer = createDirectTrainer()
await trainer.call('load', { key: 'a', task, table })
const statistics = concludeStatistics(task, (await trainer.call('statistics', { key: 'a' })).values)
const seeds = { initialSeed: seed(1), batchSeed: seed(2) }
await trainer.call('train', { key: 'a', weight: 100, statistics, base: null, privateState: null, ...seeds })
process.stdout.write(String(process.resourceUsage().maxRSS * 1024))
