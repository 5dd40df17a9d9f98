import type { SampleHospitalView } from '#contract/rehearsal.ts'
import { many } from './shared.ts'

export const rehearsal = {
  offerTitle: 'Explore with sample hospitals',
  offer:
    'Walk the whole way in about five minutes: import a table, map it, read a consent page, watch rounds and read results. Three more hospitals start on this computer, with synthetic patients: nobody in them ever lived.',
  offerTrace:
    'It all lives in a folder of its own. One button on every screen ends it and removes everything.',
  begin: 'Start the rehearsal',
  beginning: 'Starting the sample hospitals',
  title: 'Rehearsal',
  explained: 'Synthetic patients, on this computer only.',
  next: 'Next',
  steps: {
    starting: 'the sample hospitals are starting. They will know yours by themselves.',
    import: (name: string, rows: number) =>
      `import ${name}, a table of ${many(rows, 'synthetic patient', 'synthetic patients')}.`,
    importing: 'look at what was found in the table, then import it.',
    study: 'one of the sample hospitals is writing a study. It arrives in a moment.',
    map: 'a study has arrived. Say which of your columns are its variables.',
    consent: 'read what is asked of your hospital, then approve or decline.',
    answers: 'the sample hospitals answer now, one after the other.',
    rounds: 'rounds are running. Watch them, or let a hospital drop out.',
    results: 'the last round is done. Read whether the shared model is better for your patients.',
    left: 'you have declined or left this study. End the rehearsal, or propose a study of your own.',
  },
  acts: {
    import: 'Import the sample table',
    importing: 'Look at the table',
    map: 'Map the columns',
    consent: 'Read the consent page',
    answers: 'See who has answered',
    rounds: 'Watch the rounds',
    results: 'Read the results',
    left: 'Propose a study',
  },
  hospitals: 'Sample hospitals',
  states: {
    starting: 'starting',
    here: 'running',
    away: 'dropped out',
  } satisfies Record<SampleHospitalView['state'], string>,
  dropOut: 'Drop out',
  comeBack: 'Bring back',
  end: 'End and remove everything',
  endTitle: 'End the rehearsal?',
  endText:
    'The sample hospitals stop, and the rehearsal’s folder is removed with all that is in it. Nothing of it is in your real institution, and nothing was sent anywhere.',
  endSure: 'End the rehearsal and remove everything',
  ending: 'Removing the rehearsal',
} as const
