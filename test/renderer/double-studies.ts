import type { RehearsalView } from '#contract/rehearsal.ts'
import type { FiguresView, ResultsView, StudyView } from '#contract/views.ts'
import { EXACT } from '#domain/plan.ts'
import { headlines, type Outcome } from '#domain/variable.ts'
import { inferenceOf } from './double-inference.ts'
import { resultsOf } from './double-rounds.ts'
import { viewOf } from './double-world.ts'

/** What an engine could have to show: nothing yet, a usual week, 49 hospitals, or only failures. */
export const scenes = ['empty', 'full', 'many', 'failing', 'fresh', 'locked', 'tasks', 'rehearsal'] as const
export type Scene = (typeof scenes)[number]

const named = (name: string) => ({ name, label: '' })
const outcomes: readonly Outcome[] = [
  { task: 'multiclass', ...named('stage'), classes: ['early', 'middle', 'late'] },
  { task: 'regression', ...named('stay'), unit: 'd', low: 0, high: 60 },
  { task: 'survival', ...named('death'), timeUnit: 'd', horizon: 365 },
]
const titles = ['Stage at diagnosis', 'Days in hospital', 'Survival after discharge']

/** The numbers of the finished studies of the scene 'tasks', one for each kind of outcome that is not yes or no. */
export const taskStudies = [26, 27, 28] as const

/** The studies of a scene. */
export function studiesIn(scene: Scene): StudyView[] {
  if (scene === 'empty') return []
  if (scene === 'many') {
    const view = viewOf(20, 'Death after stroke', 49, 'running', 199)
    return [{ ...view, study: { ...view.study, plan: { ...view.study.plan, rounds: 240 } } }]
  }
  if (scene === 'tasks') {
    return taskStudies.map((n, i) => {
      const view = viewOf(n, titles[i] ?? '', 5, 'finished', 24)
      const outcome = outcomes[i]
      return outcome ? fitted({ ...view, study: { ...view.study, outcome } }) : view
    })
  }
  return [
    viewOf(20, 'Heart disease', 4, 'running', 11),
    viewOf(22, 'Stroke mortality', 5, 'needs-consent', 0),
    viewOf(24, 'Sepsis at admission', 4, 'needs-mapping', 0),
    fitted(viewOf(25, 'Readmission within 30 days', 6, 'finished', 9)),
  ]
}

/** A study whose linear model is fitted exactly. */
function fitted(view: StudyView): StudyView {
  const plan = { ...view.study.plan, fit: EXACT, rounds: 20, stopping: { kind: 'never' as const } }
  return { ...view, study: { ...view.study, plan } }
}

const noIntervals: NonNullable<ResultsView['intervals']>['shared'] = { auc: null, logLoss: null, brier: null }

/** Results of a study as its outcome allows: curves only where it is yes or no. */
export function resultsFor(view: StudyView): ResultsView {
  const { task } = view.study.outcome
  const results = resultsOf(view)
  const worthIn = { binary: 'logLoss', multiclass: 'logLoss', survival: 'cIndex', regression: 'mae' } as const
  const ratios = { binary: 'odds', multiclass: 'odds', survival: 'hazard', regression: null } as const
  const inference = view.study.plan.fit ? { inference: inferenceOf(ratios[task]) } : {}
  if (task === 'binary') return { ...results, ...inference }
  const { study, modelHash } = results
  const blank = { auc: null, logLoss: null, brier: null, accuracy: null, events: null, rows: 104 }
  const kinds: Record<Exclude<typeof task, 'binary'>, (better: number) => Partial<FiguresView>> = {
    multiclass: (better) => ({ accuracy: 0.66 + 0.05 * better, logLoss: 0.82 - 0.09 * better }),
    regression: (better) => ({ mae: 2.61 - 0.4 * better, mse: 11.9 - 2.8 * better, r2: 0.41 + 0.1 * better }),
    survival: (better) => ({ cIndex: 0.68 + 0.04 * better, events: 31 }),
  }
  const figures = (better: number) => ({ ...blank, ...kinds[task](better) })
  const main = headlines[task]
  const spread = (better: number) => {
    const value = figures(better)[main] ?? 0
    const half = task === 'regression' ? 0.22 : 0.05
    return { ...noIntervals, [main]: { value, low: value - half, high: value + half } }
  }
  const gain = (figures(1)[main] ?? 0) - (figures(0)[main] ?? 0)
  const all = { rows: 560, ...(task === 'survival' ? { events: 170 } : {}) }
  return {
    ...{ study, modelHash, alone: figures(0), shared: figures(1), ...inference },
    ...{ overall: { ...figures(1.1), ...all }, overallAlone: { ...figures(-0.2), ...all } },
    tuned: { passes: 0, figures: figures(1) },
    intervals: {
      ...{ alone: spread(0), shared: spread(1) },
      ...(task === 'survival'
        ? { overall: noIntervals }
        : { overall: spread(1.1), overallAlone: spread(-0.2) }),
    },
    difference: { value: gain, low: gain - 0.6 * Math.abs(gain), high: gain + 0.6 * Math.abs(gain) },
    worth: {
      measure: worthIn[task],
      gain: { value: Math.abs(gain), low: 0.4 * Math.abs(gain), high: 1.6 * Math.abs(gain) },
      verdict: 'gain',
    },
    subgroups: ['women', 'men'].map((label, i) => {
      const [alone, shared] = [spread(i / 2)[main] ?? null, spread(1 + i / 2)[main] ?? null]
      return { name: 'sex', label, rows: 40 + 24 * i, events: null, alone, shared }
    }),
    members: view.members.slice(0, 4).map(({ id }, i) => ({
      ...{ id, published: i !== 0, rows: 60 + 20 * i },
      ...{ alone: spread(i / 4)[main] ?? null, shared: spread(1 + i / 4)[main] ?? null },
    })),
    offer: { rows: 100, alone: spread(0)[main] ?? null, shared: spread(1)[main] ?? null },
  }
}

/** A rehearsal in which one hospital lies and one has dropped out. */
export const rehearsal: RehearsalView = {
  hospitals: [
    { name: 'Birch Sample Hospital', about: 'Sees sicker patients.', state: 'here', lying: false },
    { name: 'Cedar Sample Hospital', about: 'Measures in other units.', state: 'here', lying: true },
    { name: 'Dogwood Sample Hospital', about: 'Leaves fields empty.', state: 'away', lying: false },
  ],
  table: { name: 'Alder Sample Hospital.csv', rows: 420 },
}
