import type { Outcome } from '#domain/variable.ts'
import type { Targets } from '#trainer/models/head.ts'
import type { Pace } from '#trainer/pace.ts'
import type { Stream } from '#trainer/random.ts'
import { dealFolds } from './folds.ts'
import { fitRidge, type LinearRows, outputsOf } from './ridge.ts'

/** One hospital's training rows, and of whom each is: rows of equal number are of one patient. */
export interface OwnRows extends LinearRows {
  readonly outcome: Outcome
  readonly patients: ArrayLike<number>
}

/** A model fitted at home. */
export interface OwnFit {
  /** Weights, row-major by feature, then the intercepts. */
  readonly params: Float64Array
  /** Half of it times the squares of the weights was added to the sum of losses; null where the rate alone predicts best. */
  readonly penalty: number | null
}

const WEAKEST = 1
const FACTOR = Math.sqrt(10)
/** With so many rows the penalty hardly matters: it is chosen on some of them. */
const MOST_JUDGED = 20_000
/** Where rows are few much hangs on how folds fall: they are dealt more than once. */
const FEW = 300
const DEALS = { few: 4, many: 1 }
/** Standard errors within which the strongest penalty is taken, times the rows with another outcome than the commonest. */
const LEEWAY = 15
/** Slopes of models that are only compared need not be flatter than this. */
const ROUGHLY = 1e-5
/** Fewer rows with another outcome than the commonest say nothing of what it comes with. */
const FEWEST_UNLIKE = 10
/**
 * The model must beat the rate alone by one standard error of the cross-validated difference, and by more where few rows have
 * another outcome than the commonest: standard errors are then themselves unsure.
 */
const errorsAsked = (unlike: number) => 1 + 10 / unlike

/**
 * The best linear model that these rows give by themselves: ridge with the penalty that predicts best the patients that it was
 * not fitted to, by cross-validation over patients, or the outcome's own rate alone where no penalty surely does better. Fitted
 * to convergence. The same stream gives the same model.
 */
export async function fitOwn(rows: OwnRows, stream: Stream, pace: Pace): Promise<OwnFit> {
  const all = Uint32Array.from({ length: rows.inputs.height }, (_, i) => i)
  const penalty = await choosePenalty(rows, stream, pace)
  const start = rateAlone(rows, all)
  return { penalty, params: penalty === null ? start : fitRidge(rows, all, { penalty, rate: start }) }
}

/** The parameters of the model that knows nothing but how often what outcome came in the given rows. */
export function rateAlone({ inputs, outputs, outcome, targets }: OwnRows, used: Uint32Array): Float64Array {
  const params = new Float64Array((inputs.width + 1) * outputs)
  const share = (kind: number) => {
    const count = used.reduce((sum, row) => sum + Number(targets.values[row] === kind), 0)
    return (count + 0.5) / (used.length + 0.5 * Math.max(2, outputs))
  }
  const intercepts = params.subarray(inputs.width * outputs)
  if (outcome.task === 'binary') intercepts[0] = Math.log(share(1) / share(0))
  if (outcome.task === 'regression')
    intercepts[0] = used.reduce((sum, row) => sum + (targets.values[row] ?? 0), 0) / Math.max(1, used.length)
  if (outcome.task === 'multiclass') intercepts.forEach((_, k) => (intercepts[k] = Math.log(share(k))))
  return params
}

/** Null where the rate alone does as well as any. */
async function choosePenalty(rows: OwnRows, stream: Stream, pace: Pace): Promise<number | null> {
  const few = rows.inputs.height < FEW
  if (unlikeOf(rows) < FEWEST_UNLIKE) return null
  const penalties = penaltiesOf(rows.inputs.height)
  const deals = few ? DEALS.few : DEALS.many
  // First those of the rate alone, then those of each penalty; added up over deals, row by row.
  const losses = [null, ...penalties].map(() => new Float64Array(rows.inputs.height))
  for (let deal = 0; deal < deals; deal++) {
    const folds = dealFolds(rows.patients, rows.targets.events ?? rows.targets.values, stream, MOST_JUDGED)
    if (folds.length < 2) return null
    const seen = Uint32Array.from(folds.flatMap((fold) => [...fold]))
    const outputs = losses.map(() => new Float64Array(seen.length * rows.outputs))
    let at = 0
    for (const [number, fold] of folds.entries()) {
      const others = Uint32Array.from(folds.flatMap((one) => (one === fold ? [] : [...one])))
      const models = modelsOf(rows, others, penalties)
      for (const [i, params] of models.entries()) outputs[i]?.set(outputsOf(rows, fold, params), at)
      at += fold.length * rows.outputs
      await pace(deal * folds.length + number, deals * folds.length)
    }
    for (const [i, values] of outputs.entries()) addLosses(rows, seen, values, losses[i])
  }
  return bestOf(losses, penalties, rows)
}

function penaltiesOf(height: number): readonly number[] {
  const count = 1 + Math.max(5, Math.ceil(Math.log(height / WEAKEST) / Math.log(FACTOR)))
  return Array.from({ length: count }, (_, i) => WEAKEST * FACTOR ** i).toReversed()
}

/** The rate alone, then one model for each penalty, strongest first: each starts where the one before ended. */
function modelsOf(rows: OwnRows, used: Uint32Array, penalties: readonly number[]): readonly Float64Array[] {
  const rate = rateAlone(rows, used)
  const models = [rate]
  for (const penalty of penalties)
    models.push(fitRidge(rows, used, { penalty, rate, start: models.at(-1), flat: ROUGHLY }))
  return models
}

function addLosses(rows: OwnRows, seen: Uint32Array, outputs: Float64Array, to?: Float64Array): void {
  const losses = rows.head.losses(outputs, targetsAt(rows.targets, seen))
  seen.forEach((row, i) => to && (to[row] = (to[row] ?? 0) + (losses[i] ?? Number.NaN)))
}

function targetsAt({ values, events }: Targets, rows: Uint32Array): Targets {
  return {
    values: Float32Array.from(rows, (row) => values[row] ?? Number.NaN),
    events: events ? Uint8Array.from(rows, (row) => events[row] ?? 0) : null,
  }
}

/** The strongest penalty that does about as well as the best: within one standard error where rows are few (Breiman et al. 1984). */
function bestOf(
  [alone = new Float64Array(), ...others]: readonly Float64Array[],
  penalties: readonly number[],
  rows: OwnRows,
): number | null {
  const gains = others.map((losses) => compareLosses(alone, losses))
  const best = gains.reduce((most, one) => (one.gain > most.gain ? one : most), { gain: 0, error: 0 })
  if (!isSurelyBetter(best, rows)) return null
  const leeway = Math.min(1, LEEWAY / unlikeOf(rows))
  return penalties[gains.findIndex(({ gain }) => gain >= best.gain - leeway * best.error)] ?? null
}

/** By how much the mean loss falls, and the standard error of that. Rows without a loss of their own are left out. */
export function compareLosses(before: Float64Array, after: Float64Array) {
  const gains = before
    .map((loss, row) => loss - (after[row] ?? Number.NaN))
    .filter((one) => Number.isFinite(one))
  const gain = gains.reduce((sum, one) => sum + one, 0) / Math.max(1, gains.length)
  const spread = gains.reduce((sum, one) => sum + (one - gain) ** 2, 0) / Math.max(1, gains.length - 1)
  return { gain, error: Math.sqrt(spread / Math.max(1, gains.length)) }
}

/** Whether losses fell from those of the rate alone by more than chance would have it. */
export function isSurelyBetter({ gain, error }: ReturnType<typeof compareLosses>, rows: OwnRows): boolean {
  const unlike = unlikeOf(rows)
  return unlike >= FEWEST_UNLIKE && gain > errorsAsked(unlike) * error
}

/** How many rows have another outcome than the commonest, half of them at most: nothing surer than they are is known. */
function unlikeOf({ outcome, targets, inputs }: OwnRows): number {
  const half = inputs.height / 2
  if (outcome.task === 'regression') return half
  const kinds = new Map<number, number>()
  for (const one of targets.events ?? targets.values) kinds.set(one, (kinds.get(one) ?? 0) + 1)
  if (outcome.task === 'survival') return Math.min(half, kinds.get(1) ?? 0)
  return Math.min(half, inputs.height - Math.max(...kinds.values()))
}
