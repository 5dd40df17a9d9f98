import type { FiguresView, ResultsView } from '#contract/views.ts'
import { quoted } from '#domain/plain-text.ts'
import { headlines, type Outcome } from '#domain/variable.ts'

/** What the rounds so far came to, for us. */
export interface ConsentHistory {
  /** Training sums in the model in force. */
  readonly trained: number
  readonly voided: number
  /** Our own training loss in the first and in the latest training round that we were in; null before two of them. */
  readonly losses: { readonly first: number; readonly last: number } | null
  /** How often a member came into the training sums or left them between two that follow each other: all members, and we. */
  readonly gaps: { readonly all: number; readonly ours: number }
  /** What members signed of the latest model on their own held-out patients; null where nobody has yet. */
  readonly votes: { readonly better: number; readonly same: number; readonly worse: number } | null
  /** Rounds whose models most members found worse. */
  readonly rolledBack: readonly number[]
  /** Members whose own signatures convict them of signing twice, by name. */
  readonly convicted: readonly string[]
  /** The shared model on our own held-out patients, of the first and the latest round that was judged; null before one. */
  readonly heldOut: { readonly first: JudgedRound; readonly last: JudgedRound } | null
  /** Shared against ours alone, once the last round is over. */
  readonly result: OwnResult | null
  /** The same of the latest earlier version of this study that came so far with us in it. */
  readonly earlier: { readonly version: number; readonly result: OwnResult } | null
}

/** Of what the rounds came to only what speaks against a member: such news ends what was read before. */
export function warningsOf({ convicted, rolledBack }: ConsentHistory): ConsentHistory {
  return {
    ...{ trained: 0, voided: 0, losses: null, votes: null, heldOut: null, result: null, earlier: null },
    ...{ gaps: { all: 0, ours: 0 }, convicted, rolledBack },
  }
}

/** The shared model on our own held-out patients as a round left it. */
export interface JudgedRound {
  readonly round: number
  readonly figures: FiguresView
}

/** What is known of a finished study on our own held-out patients. */
export type OwnResult = Pick<ResultsView, 'alone' | 'difference' | 'worth' | 'subgroups'> & {
  readonly shared: FiguresView
}

/** Benefit and risk: what is known before, during and after the rounds. Every line is part of the signed text. */
export function benefitLines(history: ConsentHistory, outcome: Outcome, heldOut: number | null): string[] {
  const { trained, voided, earlier, result } = history
  const before = earlier ? resultLines(earlier.result, outcome, `In version ${earlier.version}, on`) : []
  if (trained === 0) {
    return [
      'No training round is finished yet, so nothing is known about the benefit for our patients.',
      ...before,
      ...(heldOut === null
        ? []
        : [
            `After each round the model is judged here on ${heldOut} patients of ours that it never trains on.`,
          ]),
      ...anomalies(history),
    ]
  }
  return [
    finishedLine(trained, voided),
    ...duringLines(history, outcome),
    ...(result ? resultLines(result, outcome, 'The last round is over. On') : [WHEN_OVER]),
    ...before,
    'While rounds run these figures change; they are told as they were when this page was opened.',
    ...anomalies(history),
  ]
}

function finishedLine(trained: number, voided: number): string {
  const first = trained === 1 ? 'One training round is finished' : `${trained} training rounds are finished`
  if (voided === 0) return `${first}, and none was void.`
  return `${first}; ${voided === 1 ? 'one round was' : `${voided} rounds were`} void and repeated.`
}

const WHEN_OVER =
  'Our own model alone, and differences between groups of our patients, are judged when the last round is over.'

function duringLines({ losses, heldOut, votes }: ConsentHistory, outcome: Outcome): string[] {
  return [
    losses === null
      ? 'We have been in fewer than two of them.'
      : `On our own training rows the shared model's loss (lower is better) went from ${losses.first.toFixed(3)} at first to ${losses.last.toFixed(3)} in the latest round.`,
    ...(heldOut ? [heldOutLine(heldOut, outcome)] : []),
    ...(votes
      ? [
          `What members found of the latest model on their own held-out patients, against the best before it: better ${votes.better}, the same ${votes.same}, worse ${votes.worse}.`,
        ]
      : []),
  ]
}

function heldOutLine({ first, last }: NonNullable<ConsentHistory['heldOut']>, outcome: Outcome): string {
  const [start, end] = [figureOf(first.figures, outcome), figureOf(last.figures, outcome)]
  const on = `On ${last.figures.rows} patients of ours that it never trained on, the shared model's ${nameOf(outcome)}`
  if (start === null || end === null) return `${on} cannot be told: there are too few of one kind.`
  if (first.round === last.round) return `${on} was ${end} after round ${last.round}.`
  return `${on} went from ${start} after round ${first.round} to ${end} after round ${last.round}.`
}

function resultLines({ shared, alone, ...more }: OwnResult, outcome: Outcome, lead: string): string[] {
  const [ours, own] = [figureOf(shared, outcome), alone && figureOf(alone, outcome)]
  if (ours === null) return []
  const against = own ? `, that of our own model alone ${own}` : ''
  const first = `${lead} ${shared.rows} held-out patients of ours the shared model's ${nameOf(outcome)} was ${ours}${against}.`
  return [
    first,
    ...worthLine(more.worth),
    ...surenessLine(more.difference, outcome),
    ...groupsLine(more.subgroups, outcome),
  ]
}

/** What it is worth, by a measure that counts how right the predictions are, and not only their order. */
function worthLine(worth: OwnResult['worth']): string[] {
  if (worth === undefined) return []
  if (worth === null)
    return ['Whether it is worth it cannot be told: too few of our held-out patients, or with the outcome.']
  const { measure, gain, verdict } = worth
  const show = (value: number) =>
    measure === 'mae' ? String(Number(value.toPrecision(2))) : value.toFixed(3)
  const range = `(95% interval ${show(gain.low)} to ${show(gain.high)}; more than 0 favours the shared model)`
  const told = {
    gain: `It is better for our patients: by ${show(gain.value)} in the ${worthNames[measure]}`,
    none: `No measurable gain for our patients: ${show(gain.value)} in the ${worthNames[measure]}`,
    harm: `It is WORSE for our patients than our own model: ${show(gain.value)} in the ${worthNames[measure]}`,
  }
  return [`${told[verdict]} ${range}.`]
}

const worthNames = { logLoss: 'log-loss', mae: 'mean miss', cIndex: 'share of pairs in the right order' }

function surenessLine(difference: OwnResult['difference'], outcome: Outcome): string[] {
  if (!difference) return []
  const [value, low, high] = [difference.value, difference.low, difference.high].map((one) =>
    signed(one, outcome),
  )
  const what = outcome.task === 'binary' ? 'AUC' : `in the ${nameOf(outcome)}`
  return [`Shared minus alone: ${value} ${what}, between ${low} and ${high} with 95% confidence.`]
}

/** The two groups of ours that the shared model ranks best and worst. */
function groupsLine(groups: OwnResult['subgroups'], outcome: Outcome): string[] {
  const isMiss = outcome.task === 'regression'
  const judged = (groups ?? []).flatMap(({ name, label, rows, shared }) => {
    if (!shared) return []
    const figure = `${written(shared.value, outcome)}${outcome.task === 'binary' ? ' AUC' : ''}`
    const at = isMiss ? -shared.value : shared.value
    return [{ told: `${name} ${label} (${figure}, ${rows} patients)`, at }]
  })
  const [worst, best] = [judged.toSorted((a, b) => a.at - b.at)[0], judged.toSorted((a, b) => b.at - a.at)[0]]
  if (!worst || !best || worst === best) return []
  const does = outcome.task === 'binary' ? 'ranks' : 'does'
  return [`Of the groups of our patients it ${does} best within ${best.told}, worst within ${worst.told}.`]
}

function anomalies({ convicted, rolledBack }: ConsentHistory): string[] {
  return [
    ...(rolledBack.length === 0
      ? []
      : [
          `WARNING: most members found the model of these rounds worse on their own patients, and it was rolled back: ${rolledBack.join(', ')}. A false contribution can look like this, and so can chance.`,
        ]),
    convicted.length === 0
      ? 'No member was seen to sign two different things where one may be.'
      : `WARNING: signed two different things where one may be: ${convicted.map(quoted).join(', ')}.`,
  ]
}

function signed(value: number, outcome: Outcome): string {
  const told = written(Math.abs(value), outcome)
  return Number(told) === 0 ? told : `${value < 0 ? '−' : '+'}${told}`
}

function figureOf(figures: FiguresView, outcome: Outcome): string | null {
  const value = figures[headlines[outcome.task]] ?? null
  return value === null ? null : written(value, outcome)
}

function written(value: number, { task }: Outcome): string {
  return task === 'regression' ? String(Number(value.toPrecision(3))) : value.toFixed(2)
}

function nameOf(outcome: Outcome): string {
  if (outcome.task === 'regression')
    return `mean miss (in ${outcome.unit ? quoted(outcome.unit) : 'its unit'}, lower is better)`
  return {
    binary: 'AUC',
    multiclass: 'share of right classes',
    survival: 'share of pairs in the right order',
  }[outcome.task]
}
