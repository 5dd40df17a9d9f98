import type { Plan } from '#domain/plan.ts'
import { f } from './shared.ts'

export const results = {
  title: 'Results',
  emptyTitle: 'No result yet',
  empty:
    'After the last training round an evaluation round judges the model on held-out patients of all hospitals.',
  noStudy: 'Results belong to a study, and there is none yet.',
  sentence: (shared: number, alone: number | null) =>
    `The shared model ranks ${f.count(Math.round(shared * 100))} of 100 pairs of your patients rightly` +
    (alone === null ? '.' : `; your own, ${f.count(Math.round(alone * 100))}.`),
  /** Told by the measure that both models are fitted to, paired over the same held-out patients. */
  worth: {
    gain: (by: string) => `Worth it: on your held-out patients the shared model is better by ${by}.`,
    none: (by: string) =>
      `No measurable gain: on your held-out patients the two differ by ${by}, which may be chance or is too little to matter.`,
    harm: (by: string) => `Worse for you: on your held-out patients your own model is better by ${by}.`,
  },
  worthShort: {
    gain: 'Better for our patients.',
    none: 'No measurable gain for our patients.',
    harm: 'Worse for our patients than our own model.',
  },
  worthBy: {
    logLoss: (n: string) => `${n} of log-loss`,
    mae: (n: string) => `${n} of mean miss`,
    cIndex: (n: string) => `${n} of all pairs`,
  },
  worthRange: (low: string, high: string) =>
    `The 95% interval goes from ${low} to ${high}; a plus is in favour of the shared model.`,
  worthUnknown:
    'Whether it is worth it cannot be told: too few of your patients, or of those with the rarer outcome, are held out.',
  differs: (name: string, by: string, low: string, high: string) =>
    `${name}, shared minus alone: ${by} (95% interval ${low} to ${high}).`,
  rolledBack: (rounds: readonly number[]) =>
    `${rounds.length === 1 ? 'Round' : 'Rounds'} ${rounds.map(f.count).join(', ')} ${rounds.length === 1 ? 'was' : 'were'} rolled back: most members found the model worse on their own held-out patients. What was sent in ${rounds.length === 1 ? 'it' : 'them'} is spent; nothing of it is in this model.`,
  setAside: (rounds: readonly number[]) =>
    `${rounds.length === 1 ? 'Round' : 'Rounds'} ${rounds.map(f.count).join(', ')} ${rounds.length === 1 ? 'was' : 'were'} set aside: training went back to the best model, and ${rounds.length === 1 ? 'it' : 'they'} came after it.`,
  notTuned: 'Fitting the shared model further to your own training patients did not help.',
  tuned: (auc: string) =>
    `Fitted further to your own training patients, for your own use, it reaches an AUC of ${auc} on the held-out ones.`,
  tunedBetter:
    'Fitting it further to your own training patients, for your own use, did better on those kept aside for it.',
  stoppedEarly: {
    never: '',
    votes:
      'Training ended early: by the members’ votes further rounds no longer helped. This is the best model.',
    converged:
      'Training ended by itself: neither the members’ votes nor the loss over all of them got any better with further rounds.',
  } satisfies Record<Plan['stopping']['kind'], string>,
  noInterval: 'Whether it is worth it is not known yet: your held-out patients are being judged.',
  judging: 'Your model alone and the shared one are being judged on your held-out patients.',
  mseExplained: 'mean squared error, lower is better',
  maeExplained: 'by how much it misses on average, within the study’s range, lower is better',
  r2Explained: 'share of the differences that it explains, 1 is perfect',
  cIndexExplained: 'share of comparable pairs in the right order, higher is better',
  classesExplained: 'share of patients whose class is named rightly',
  inUnit: (name: string, unit: string) => `${name} (${unit})`,
  mse: 'Squared error',
  mae: 'Mean miss',
  r2: 'R²',
  cIndex: 'C-index',
  missSentence: (shared: string, alone: string | null, unit: string) =>
    `On average the shared model misses by ${shared}${unit}` +
    (alone === null ? '.' : `; your own, by ${alone}${unit}.`),
  orderSentence: (shared: number, alone: number | null) =>
    `Of 100 pairs of your patients the shared model says rightly of ${f.count(Math.round(shared * 100))} whom it happens to first` +
    (alone === null ? '.' : `; your own, of ${f.count(Math.round(alone * 100))}.`),
  classSentence: (shared: number, alone: number | null) =>
    `The shared model names the right class for ${f.count(Math.round(shared * 100))} of 100 of your patients` +
    (alone === null ? '.' : `; your own, for ${f.count(Math.round(alone * 100))}.`),
  noCurves: 'Curves are drawn for studies of whether something happens.',
  measure: 'Measure',
  alone: 'Ours alone',
  eachAlone: 'Each alone',
  shared: 'Shared',
  overall: 'Shared, all hospitals',
  overallAlone: 'Alone, all hospitals',
  rows: 'Patients',
  events: 'With the outcome',
  auc: 'AUC',
  logLoss: 'Log-loss',
  brier: 'Brier score',
  accuracy: 'Accuracy',
  aucExplained: 'share of patient pairs ranked rightly, higher is better',
  logLossExplained: 'how wrong the risks are, lower is better',
  brierExplained: 'mean squared error of the risk, lower is better',
  accuracyExplained: 'rightly classified at a risk of one half',
  figures: 'Figures',
  roc: 'Found and wrongly suspected',
  rocName: 'ROC curve',
  curveOf: (name: string, rows: number) => `${name}, ${f.count(rows)} held-out patients of ours`,
  fpr: 'wrongly suspected',
  tpr: 'found',
  calibration: 'Are the risks right?',
  calibrationName: 'Calibration curve',
  predicted: 'predicted risk',
  observed: 'observed share',
  subgroups: 'Groups of patients',
  byGroup: (measure: string) => `${measure} by group`,
  group: 'Group',
  members: 'By hospital',
  byHospital: (measure: string) => `${measure} by hospital`,
  publishing: 'Who has published figures',
  publish: 'Publish ours…',
  publishTitle: 'Publish our figures?',
  publishText: (readers: string) =>
    `The ${readers} other hospitals of this study will read exactly this, signed by ours. It cannot be called back.`,
  publishNow: 'Sign and publish',
  publishHint: 'Ours are seen on this machine only until somebody here publishes them.',
  published: 'Ours are published: the other hospitals read what is drawn here.',
  tooFew:
    'Ours are not published: of so few held-out patients, with the outcome or without it, the figures would be about a few people.',
  unspread:
    'A figure without an interval cannot say how sure it is: the sums over hospitals do not show it in this version.',
  allPublished: 'All hospitals have published theirs.',
  silent: (names: string, all: number) =>
    all === 1
      ? `${names} has not published its figures.`
      : `${f.count(all)} have not published theirs: ${names}.`,
  about: (rows: number) => `about ${f.count(rows)}`,
  model: 'Model',
  interval: '95% interval',
  withInterval: (name: string) => `${name}, 95% interval`,
  chance: 'chance',
  perfect: 'perfect',
} as const
