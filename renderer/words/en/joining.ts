import type { Output } from '#contract/calls.ts'
import { f, many } from './shared.ts'

type Counts = Output<'joins.look'>

/** Joining two datasets, such as images and the outcomes of their patients. */
export const joining = {
  open: 'Join with another',
  title: (name: string) => `Join ${name} with another dataset`,
  about:
    'Each row gets the columns of the other dataset where both name the same patient or examination, such as outcomes to images. This makes a dataset of its own; both stay as they are. Remove it to undo this.',
  nobody: 'There is no other dataset yet. Import the clinical table first, with its patient number hashed.',
  other: 'Whose columns are added',
  choose: 'Choose a dataset',
  key: (name: string) => `The number in ${name}`,
  by: (name: string) => `The same number in ${name}`,
  patientNumber: 'The patient’s number, as it was found',
  looking: 'Looking which rows meet',
  rows: ({ rows, matched, withoutKey }: Counts) =>
    `${f.count(matched)} of ${many(rows, 'row', 'rows')} meet others. ${f.count(rows - matched - withoutKey)} meet none and ${f.count(withoutKey)} have no number: these stay, with nothing in the added columns.`,
  others: ({ others, othersMatched, othersWithoutKey }: Counts) =>
    `${f.count(othersMatched)} of ${many(others, 'other row', 'other rows')} are met. ${f.count(others - othersMatched - othersWithoutKey)} are not and ${f.count(othersWithoutKey)} have no number: these are left out.`,
  several: ({ several, differing }: Counts) =>
    `${many(several, 'number has', 'numbers have')} several of the other rows: they give what they agree in, and nothing in ${many(differing, 'cell', 'cells')} where they differ.`,
  none: 'No row meets another. Choose the columns with the same number, and look whether one of the files has lost leading zeros.',
  cannot:
    'Nobody can say which rows meet: choose the columns with the number of the patient or the examination.',
  make: 'Make the joined dataset',
}
