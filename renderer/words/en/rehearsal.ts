import type { SampleHospitalView } from '#contract/rehearsal.ts'
import { f, many } from './shared.ts'

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
    rounds: 'rounds are running. Watch them, let a hospital drop out, or let one lie.',
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
  lies: 'sends false numbers',
  dropOut: 'Drop out',
  comeBack: 'Bring back',
  lie: 'Let it lie',
  beHonest: 'Let it be honest',
  lying: (name: string) =>
    `${name} now sends numbers that pull the model the wrong way, as large as the study allows. Masks hide it: nobody can see it in what is sent. Each hospital judges the next model by its own patients.`,
  caught: (round: number, worse: number, of: number) =>
    `${f.count(worse)} of ${f.count(of)} hospitals found its model worse for their own patients, so training goes on from the best model before it. What was sent in round ${f.count(round)} is spent, and nothing of it is in the model.`,
  caughtTitle: (round: number) => `Round ${f.count(round)} was rolled back.`,
  limits:
    'The votes show that a model was worse, not why: a lie, or chance. Who lied only this rehearsal knows. A lie too small to tell from chance would pass.',
  lookCaught: 'See the votes',
  end: 'End and remove everything',
  endTitle: 'End the rehearsal?',
  endText:
    'The sample hospitals stop, and the rehearsal’s folder is removed with all that is in it. Nothing of it is in your real institution, and nothing was sent anywhere.',
  endSure: 'End the rehearsal and remove everything',
  ending: 'Removing the rehearsal',
} as const
