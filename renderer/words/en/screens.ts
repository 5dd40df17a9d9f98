import type { Screen } from '../../frame/route.ts'

export const screens = {
  home: 'Home',
  datasets: 'Datasets',
  import: 'Import',
  studies: 'Studies',
  propose: 'Propose a study',
  mapping: 'Mapping',
  consents: 'Consent',
  rounds: 'Rounds',
  results: 'Results',
  models: 'Models',
  network: 'Network',
  audit: 'Audit',
  settings: 'Settings',
  help: 'Help',
} as const satisfies Record<Screen, string>
