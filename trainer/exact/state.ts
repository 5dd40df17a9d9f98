import { AppError } from '#domain/errors.ts'
import { Hash } from '#domain/values.ts'
import { artefactHash, floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import * as v from 'valibot'
import { isRandom } from './levels.ts'
import { packUpper, unpackUpper } from './matrix.ts'
import { coefficientsOf, type Problem } from './problem.ts'

const Status = v.picklist(['running', 'converged', 'separated'])

/** What all members know of an exact fit after a sum: the same bits at each. */
export interface ExactState {
  /** 'separated' where the log-likelihood rises without end as coefficients grow: there is no finite optimum. */
  readonly status: v.InferOutput<typeof Status>
  /** How many sums led here. */
  readonly sums: number
  /** The coefficients that the next sum is taken at; the result once the fit has converged. */
  readonly coefficients: Float64Array
  /** The best coefficients so far, with what was opened there. */
  readonly best: Best
  /** Information at the best coefficients, row-major: opened there once converged, before that brought along by gradients. */
  readonly curvature: Float64Array
  /** Information where the fit began, row-major. */
  readonly first: Float64Array
  /** 1 for coefficients that others before them say already: they stay 0. */
  readonly aliased: Uint8Array
  /** Log-likelihood where the fit began: that of the model without variables. */
  readonly nullValue: number
  /** Strength of the penalty: ridge/2 * sum of squares over all coefficients but intercepts. */
  readonly ridge: number
  /** Length of the last step taken, by the first information; and for how many sums steps have led nowhere. */
  readonly step: number
  readonly flat: number
  /** Whether the next sum has the information. */
  readonly asks: boolean
  /** Random intercepts: the precision that draws hospitals' own to the shared one; null for other intercepts. */
  readonly precision: number | null
  /** Whether the next sum has the evidence for precisions; and whether it begins the fit anew, since the precision became another. */
  readonly levels: boolean
  readonly anew: boolean
  /** Robust errors: whether the next sum, the last, has the products of scores; and these once they were opened, row-major. */
  readonly last: boolean
  readonly scores: Float64Array | null
}

/** Coefficients and the opened sums at them. */
export interface Best {
  readonly coefficients: Float64Array
  readonly value: number
  readonly gradient: Float64Array
  readonly rows: number
}

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Finite = v.pipe(v.number(), v.finite())
const Header = {
  status: Status,
  sums: v.pipe(Count, v.minValue(1)),
  coefficients: Count,
  rows: Count,
  value: Finite,
  nullValue: Finite,
  ridge: v.pipe(Finite, v.minValue(0)),
  step: v.pipe(Finite, v.minValue(0)),
  flat: Count,
  asks: v.boolean(),
  precision: v.nullable(v.pipe(Finite, v.gtValue(0))),
  levels: v.boolean(),
  anew: v.boolean(),
  last: v.boolean(),
  /** Whether the products of scores were opened. */
  scored: v.boolean(),
  /** Coefficients, by index, that others say already. */
  aliased: v.array(Count),
  /** The artefact that the sum was taken at: the state before, or the statistics. */
  previous: Hash,
  statistics: Hash,
}

/** Bytes of a state; `previous` is the artefact that its sum was taken at: the state before, or the statistics at first. */
export function writeExact(
  state: ExactState,
  origin: { readonly statistics: Uint8Array; readonly previous: Uint8Array },
): Uint8Array {
  const { best, curvature, first, aliased, coefficients, scores, last } = state
  const { status, sums, nullValue, ridge, step, flat, asks, precision, levels, anew } = state
  const size = coefficients.length
  const header = {
    ...{ status, sums, nullValue, ridge, step, flat, asks, precision, levels, anew, last },
    scored: scores !== null,
    coefficients: size,
    rows: best.rows,
    value: best.value,
    aliased: [...aliased.keys()].filter((i) => aliased[i] === 1),
    previous: artefactHash(origin.previous),
    statistics: artefactHash(origin.statistics),
  }
  const matrices = [curvature, first, ...(scores ? [scores] : [])].map((matrix) => packUpper(matrix, size))
  return writeArtefact('exact', header, [coefficients, best.coefficients, best.gradient, ...matrices])
}

/** Reads a state of this study strictly ('document-refused' for anything else). */
export function readExact(
  problem: Problem,
  bytes: Uint8Array,
): ExactState & { readonly previous: Hash; readonly statistics: Hash } {
  const { header, payload } = readArtefact('exact', Header, bytes)
  const { coefficients: size, aliased: left, rows, value, scored, ...rest } = header
  const triangle = (size * (size + 1)) / 2
  const length = 3 * size + (scored ? 3 : 2) * triangle
  const fits = size === coefficientsOf(problem) && payload.length === 8 * length
  const drawn = (rest.precision !== null) === isRandom(problem)
  if (!fits || !drawn || left.some((i, at) => i >= size || i <= (left[at - 1] ?? -1))) throw refuse()
  const all = floats64(payload, 0, length)
  if (!all.every(Number.isFinite)) throw refuse()
  const part = (k: number) => all.slice(k * size, (k + 1) * size)
  const matrix = (k: number) => unpackUpper(all.subarray(3 * size + k * triangle), size)
  const aliased = new Uint8Array(size)
  for (const i of left) aliased[i] = 1
  return {
    ...rest,
    coefficients: part(0),
    best: { coefficients: part(1), gradient: part(2), value, rows },
    curvature: matrix(0),
    first: matrix(1),
    aliased,
    scores: scored ? matrix(2) : null,
  }
}

function refuse() {
  return new AppError('document-refused', 'The fit is not one of this study')
}
