import type { InferenceView, TermView } from '#contract/inference.ts'
import type { TableData } from '../charts/table-data.ts'
import { format, words } from '../words/words.ts'

/** A line of the forest plot and of the table: as a ratio where coefficients are logarithms of one. */
export interface TermLine {
  readonly name: string
  readonly isIntercept: boolean
  readonly term: TermView
  /** Ratio, or coefficient of a number. */
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The terms as they are read: intercepts last, since nobody compares them. */
export function linesOf({ terms, ratio }: InferenceView): TermLine[] {
  const shown = ratio === null ? (value: number) => value : Math.exp
  const lines = terms.map((term) => ({
    name: nameOf(term),
    isIntercept: term.feature === null,
    term,
    value: shown(term.coefficient),
    low: shown(term.low),
    high: shown(term.high),
  }))
  return [...lines.filter((one) => !one.isIntercept), ...lines.filter((one) => one.isIntercept)]
}

function nameOf({ feature, outcome }: TermView): string {
  const w = words.inference
  const name = feature ?? w.intercept
  return outcome === null ? name : w.ofClass(name, outcome)
}

/** What stands over the columns: the ratio first where there is one. */
export function headOf(view: InferenceView): string[] {
  const w = words.inference
  const { ratio, errors } = view
  const first = ratio === null ? [] : [w.ratio[ratio], w.low, w.high]
  const own = ratio === null ? [w.coefficient, w.low, w.high] : [w.coefficient]
  return [w.variable, ...first, ...own, w.errors[errors], isStudent(view) ? w.t : w.z, w.p]
}

/** Whether tests and intervals are Student's: for numbers, and where hospitals are counted and not rows. */
export function isStudent({ ratio, errors }: Pick<InferenceView, 'ratio' | 'errors'>): boolean {
  return ratio === null || errors === 'clustered'
}

/** All figures with all their digits, for a file. */
export function tableOf(view: InferenceView): TableData {
  const rows = linesOf(view).map(({ name, term, value, low, high }) => {
    if (term.absent)
      return [
        name,
        ...headOf(view)
          .slice(1)
          .map(() => null),
      ]
    const first = view.ratio === null ? [] : [value, low, high]
    const own = view.ratio === null ? [term.coefficient, term.low, term.high] : [term.coefficient]
    return [name, ...first, ...own, term.standardError, term.z, term.p]
  })
  return { head: headOf(view), rows }
}

/** How a fit ended, or why it does not go on. */
export function toldEnd({ status, rows, needs }: InferenceView): string {
  const w = words.inference
  return status === 'too-few' ? w.tooFew(rows, needs ?? 0) : w.ended[status]
}

const SMALLEST = 0.001

/** A p value with three digits. */
export function writtenP(p: number): string {
  return p < SMALLEST ? words.inference.small : format.three(p)
}

/** What the fit rests on, and whether its variables say anything at all. */
export function toldOfFit({ status, rows, errors, test }: InferenceView): string | null {
  const w = words.inference
  if (status === 'converged' && errors !== 'model') return w.sturdy(rows, errors)
  if (!test) return null
  const p = test.p < SMALLEST ? w.below : w.equals(format.three(test.p))
  const told = test.errors
    ? w.fisher(format.value(test.statistic), test.freedom, Math.round(test.errors), p)
    : w.chi(format.value(test.statistic), test.freedom, p)
  return w.whole(rows, told)
}
