import type { Screen } from '../../frame/route.ts'

export const help = {
  title: 'Help',
  lead: 'What the screens are for, and what the words mean. All of it works offline.',
  glossary: 'Words',
  screensTitle: 'Screens',
  terms: {
    Institution: 'A hospital. The others know it by its key, not by its name or address.',
    Dataset: 'A table imported on this machine. It is encrypted on disk and never sent.',
    Study:
      'A signed plan: members, variables, model, privacy and rules. A change is a new version that needs new consent.',
    Mapping: 'Which of your columns are which variables of a study, with units converted.',
    Consent:
      'Your institution’s signed permission: this study version, this dataset, these rounds, until this date.',
    Round:
      'One sum that hospitals compute together under their consents: statistics, training, or evaluation.',
    Contribution: 'The numbers your hospital adds to a round. They leave masked and mean nothing alone.',
    'Masked sum':
      'Each hospital hides its numbers under random ones that cancel out in the sum. Only the sum can be read, unless all others work together.',
    Certificate: 'The hash of a round’s result, signed by those who took part.',
    Roster: 'Who takes part in a round, each by its own approval.',
    Model: 'The numbers that predict, with the chain of certificates that made them.',
    AUC: 'Take a patient with the outcome and one without: the share of such pairs in which the first gets the higher risk. 0.5 is chance, 1 is perfect.',
    'Log-loss': 'How surprised the model is by what happened. Lower is better.',
    Calibration: 'Whether of 100 patients with a risk of 20%, about 20 have the outcome.',
    'Differential privacy':
      'Noise that bounds what anyone can learn about one patient from the model, with a number ε for how much. When it is off, the consent page says so.',
    'Held out': 'Patients that were not used to train, so that the model can be judged on them.',
  },
  screens: {
    home: 'What needs a person now. Everything else goes on by itself.',
    datasets:
      'Import a table by dropping the file. Look at each column, and at the rows that were not taken and why.',
    import:
      'Look at how a file was read, correct it, and say what is done with columns that tell who a patient is. Then import it.',
    studies: 'The studies you are a member of, who answered what, and how far they are.',
    propose: 'Write a study and sign it. The others are asked; nothing runs before they approve.',
    mapping: 'Say which of your columns are the variables. The check reads all rows on this machine.',
    consents: 'Read what is asked, ask back, approve, decline or withdraw. Print the receipt.',
    rounds: 'Who is in the round now, who is missing and why, and how the model gets better.',
    results: 'Whether the shared model is better than your own, on your own patients.',
    models: 'The certified models of your studies, round by round. Save one as a file, or score a patient.',
    network: 'The hospitals you know. Invite one, paste an invitation, or test the network.',
    audit: 'The log of everything. Verify it, or save it for an auditor.',
    settings: 'Your institution, the computer, when it takes part, the look.',
    help: 'This page.',
  } satisfies Record<Screen, string>,
  onThis: 'What is this screen for?',
} as const
