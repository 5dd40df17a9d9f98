import type { Plan } from '#domain/plan.ts'
import type { Outcome } from '#domain/variable.ts'
import type { Task } from '#trainer/jobs.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { isRandom, PRECISION_AT_FIRST, PRECISIONS } from './levels.ts'

/** A generalised linear model to be fitted exactly: a function of the study alone. */
export interface Problem {
  /** Logistic or multinomial regression, least squares, or Cox's model stratified by hospital. */
  readonly family: 'classes' | 'number' | 'survival'
  /** Linear predictors: classes beyond the first (the reference), else one. */
  readonly outputs: number
  /** Coefficients of each: the intercept first (survival has none), then the features. */
  readonly columns: number
  /** 1 where there is an intercept, else 0: the place of the first feature. */
  readonly intercept: 0 | 1
  /**
   * Null where the intercept is shared. Else each hospital has one of its own, fitted at home and profiled out: freely at 0
   * (the pooled fit with an indicator for each hospital), else drawn to the shared one by a normal law of this precision, which
   * is found from the opened sums (a random intercept): a fit begins with this one.
   */
  readonly own: number | null
  /** What standard errors go by: the model's own information, each row's misses, or each hospital's. */
  readonly errors: 'model' | 'robust' | 'clustered'
}

/** The problem of a study with a linear model. */
export function problemOf({ variables, outcome, plan }: ProblemFacts): Problem {
  const features = featuresOf({ variables }).length
  const errors = plan.fit?.errors ?? 'model'
  if (outcome.task === 'survival') {
    return { family: 'survival', outputs: 1, columns: features, intercept: 0, own: null, errors }
  }
  const own = OWN[plan.intercept]
  const shared = { columns: features + 1, intercept: 1, own, errors } as const
  if (outcome.task === 'regression') return { family: 'number', outputs: 1, ...shared }
  return { family: 'classes', outputs: classesOf(outcome) - 1, ...shared }
}

const OWN = { shared: null, private: 0, random: PRECISION_AT_FIRST } as const

type ProblemFacts = Pick<Task, 'variables' | 'outcome'> & { readonly plan: Pick<Plan, 'intercept' | 'fit'> }

function classesOf(outcome: Outcome): number {
  return outcome.task === 'multiclass' ? outcome.classes.length : 2
}

/** How many coefficients are summed: output after output. A hospital's own intercept keeps its place, with sums of 0. */
export function coefficientsOf({ outputs, columns }: Problem): number {
  return outputs * columns
}

/** Whether a coefficient is an intercept: never penalised. */
export function isIntercept({ columns, intercept }: Problem, index: number): boolean {
  return intercept === 1 && index % columns === 0
}

/** Where the parts of a contribution lie. */
export interface ExactParts {
  /** The gradient of the log-likelihood comes first; then the log-likelihood (least squares: minus half the squared errors). */
  readonly value: number
  readonly rows: number
  /** Place of the information's upper triangle, row after row: 0 everywhere in sums that do not ask for it. A last sum has the scores' products there. */
  readonly information: number
  /** Place of the evidence for each precision of random intercepts, 0 in sums that do not ask for it; none for other intercepts. */
  readonly levels: number
  readonly length: number
}

/** The layout of a contribution: a function of the study alone. */
export function exactParts(problem: Problem): ExactParts {
  const size = coefficientsOf(problem)
  const information = size + 2
  const levels = information + (size * (size + 1)) / 2
  return {
    value: size,
    rows: size + 1,
    information,
    levels,
    length: levels + (isRandom(problem) ? PRECISIONS.length : 0),
  }
}
