import { screens } from './en/screens.ts'
import { frame } from './en/frame.ts'
import { gate } from './en/gate.ts'
import { home } from './en/home.ts'
import { datasets } from './en/datasets.ts'
import { importing } from './en/importing.ts'
import { studies } from './en/studies.ts'
import { propose } from './en/propose.ts'
import { planning } from './en/planning.ts'
import { statistics } from './en/statistics.ts'
import { mapping } from './en/mapping.ts'
import { consents } from './en/consents.ts'
import { rollCall } from './en/roll-call.ts'
import { restored } from './en/restored.ts'
import { rounds } from './en/rounds.ts'
import { inference } from './en/inference.ts'
import { results } from './en/results.ts'
import { models } from './en/models.ts'
import { network } from './en/network.ts'
import { keys } from './en/keys.ts'
import { audit } from './en/audit.ts'
import { rehearsal } from './en/rehearsal.ts'
import { settings } from './en/settings.ts'
import { help } from './en/help.ts'
import { charts } from './en/charts.ts'
import { table } from './en/table.ts'
import { errors } from './en/errors.ts'
import { units } from './en/units.ts'

/** All sentences in English: a file for each screen. Another language is a folder like this one. */
export const en = {
  language: 'en',
  locale: 'en-GB',
  product: 'Murmuration',
  promise: 'Hospitals learn together, no one in charge.',
  notAvailable: 'Not available in this version',
  unknown: 'not known',
  none: 'none',
  yes: 'yes',
  no: 'no',
  us: 'us',
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  save: 'Save',
  remove: 'Remove',
  again: 'Try again',
  undo: 'Undo',
  redo: 'Redo',
  copy: 'Copy',
  copied: 'Copied',
  loading: 'Loading',
  optional: 'optional',
  print: 'Print',

  screens,
  frame,
  gate,
  home,
  datasets,
  importing,
  studies,
  propose,
  planning,
  statistics,
  mapping,
  consents,
  rollCall,
  restored,
  rounds,
  inference,
  results,
  models,
  network,
  keys,
  audit,
  rehearsal,
  settings,
  help,
  charts,
  table,
  errors,
  units,
} as const
