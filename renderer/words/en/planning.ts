import { f, many } from './shared.ts'

export const planning = {
  title: 'Find a plan',
  note: 'A plan by rule suits most studies. A search tries others on our own training rows; nothing leaves this hospital.',
  byRule: 'Choose by rule',
  dataset: 'Our dataset',
  noDataset: 'Import a table first to search on it.',
  outcomeColumn: 'Outcome column',
  timeColumn: 'Column of the time',
  eventColumn: 'Column that says whether it happened',
  seconds: 'At most, seconds',
  search: 'Search on our rows',
  cancel: 'Stop searching',
  searching: (share: string) => `Searching, ${share} of the way`,
  cancelled: 'The search was stopped. The plan is as it was.',
  found: (tried: number, rows: number, finished: boolean) =>
    `${many(tried, 'plan was', 'plans were')} tried on ${many(rows, 'training row', 'training rows')} of ours${finished ? '' : '; time ran out before the end'}. The best is filled in below.`,
  ruled: 'The plan below is filled in by rule.',
  fewRows: (n: number) =>
    `Where no dataset of ours is chosen, ${f.count(n)} rows at each hospital are assumed.`,
  needVariables: 'Name the outcome and add variables first.',
  changed: ' Changed by hand since.',
} as const
