import { EXACT } from '#domain/plan.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import { federate, trainRounds } from '../../trainer/federation.ts'
import { aPlan, aTask, seed } from '../../trainer/kit.ts'
import type { Attack } from '../attack.ts'
import { equationsOf, everyKind, openFit } from './reconstruct/opened.ts'
import { countsOf } from './reconstruct/solve.ts'

/** Kinds with fewer patients than this are single patients. */
const RARE = 6

/** Row 13: the patients of an honest exact fit, solved for by whole numbers from what everybody sees of it. */
export const attack: Attack = {
  row: 13,
  about: 'a member solves the sums of an exact fit for the patients, by least squares over integers',
  async run({ quick }) {
    const shapes = [4, 5, 6, ...(quick ? [] : [7])].flatMap((width) =>
      [100, 300, 1000].map((rows) => ({ width, rows })),
    )
    const total = { rare: 0, read: 0, guessed: 0, let: 0, readOfLet: 0 }
    for (const [i, { width, rows }] of shapes.entries()) {
      const { rare, read, guessed, isLet } = await against(width, rows, i + 1)
      total.rare += rare
      total.read += read
      total.guessed += guessed
      total.let += Number(isLet)
      total.readOfLet += isLet ? read : 0
    }
    return {
      got:
        `${shapes.length} fits of ${shapes[0]!.width} to ${shapes.at(-1)!.width} yes-or-no variables over 100 to 1,000 patients: ` +
        `${total.readOfLet} patients read in ${total.let} that hospitals took part in; with the refusal switched off ` +
        `${total.read} of ${total.rare} patients in groups of fewer than ${RARE} (guessed: ${total.guessed})`,
      failed: total.readOfLet > 0 || total.read < 0.9 * total.rare,
    }
  },
}

/** What is read of one made-up federation, and whether its hospitals would send the first sum. */
async function against(width: number, rows: number, number: number) {
  const { task, tables } = madeUp(width, rows, number)
  const isLet = await sends(task, tables)
  const fit = openFit(task, tables)
  const kinds = everyKind(task.variables.map(() => 2))
  const truth = new Float64Array(kinds.outcome.length)
  for (const { columns, outcome } of tables)
    outcome.forEach((_, row) => {
      truth[columns.reduce((kind, values, v) => kind + values[row]! * 2 ** v, 0)]! += 1
    })
  const means = fit.joined.statistics.features.map(({ mean }) => mean)
  const expected = truth.map((_, kind) =>
    means.reduce((share, mean, v) => share * (kinds.columns[v]![kind] ? mean : 1 - mean), rows),
  )
  const { counts, fits } = countsOf(equationsOf(task, fit, kinds), expected)
  const right = (found: (kind: number) => number) =>
    truth.reduce((sum, count, kind) => sum + (count < RARE && found(kind) === count ? count : 0), 0)
  return {
    rare: truth.reduce((sum, count) => sum + (count < RARE ? count : 0), 0),
    // An attacker knows whether the solution fits all sums; one that does not is thrown away.
    read: fits ? right((kind) => counts[kind]!) : 0,
    guessed: right((kind) => Math.round(expected[kind]!)),
    isLet,
  }
}

/** Whether every hospital sends its part of the first sum, with the product's own refusals. */
async function sends(task: Task, tables: readonly Table[]): Promise<boolean> {
  try {
    await trainRounds(await federate(createDirectTrainer(), task, tables), 1)
    return true
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'fit-refused' || error.code === 'rows-too-few')
    )
      return false
    throw error
  }
}

function madeUp(width: number, rows: number, number: number) {
  const variables = Array.from({ length: width }, (_, i) => {
    return { type: 'boolean' as const, name: `b${i}`, label: '', missing: 'no' as const }
  })
  const task = aTask(variables, aPlan({ fit: EXACT, rounds: 20 }))
  const stream = createStream('reconstruct', seed(number))
  const tables = [0.5, 0.3, 0.2].map((share): Table => {
    const height = Math.round(rows * share)
    const columns = variables.map(() => new Float32Array(height))
    const outcome = new Float32Array(height)
    for (let row = 0; row < height; row++) {
      const common = stream.real()
      let score = -0.5
      columns.forEach((column, i) => {
        column[row] = Number(stream.real() < 0.15 + 0.35 * common + 0.05 * (i % 4))
        score += column[row]! * (i % 2 === 0 ? 0.9 : -0.8)
      })
      outcome[row] = Number(stream.real() < 1 / (1 + Math.exp(-score)))
    }
    return { columns, outcome, event: null, heldOut: new Uint8Array(height), subgroups: [] }
  })
  return { task, tables }
}
