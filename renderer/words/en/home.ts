import { f, many } from './shared.ts'

export const home = {
  greeting: (hour: number, name: string) =>
    `${hour < 5 ? 'Good night' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening'}, ${name}`,
  needs: 'Needs you',
  nothingTitle: 'Nothing needs you now',
  nothing: 'Requests for consent, questions about data and expiring approvals appear here.',
  allQuiet: 'Rounds go on by themselves within what you have approved.',
  kinds: {
    consent: 'Consent',
    mapping: 'Data',
    data: 'Data',
    network: 'Network',
    expiry: 'Expiring',
    refused: 'Held',
  },
  consent: (study: string, version: number, who: string) => `${study}, version ${version}. ${who} asks.`,
  answerIn: (when: string) => `Answer ${when}`,
  mapping: (study: string) => `${study} needs to know which of your columns are its variables.`,
  firstData: 'Import a table of patients. It stays in this hospital.',
  firstPeer: 'Invite another hospital, or paste the invitation you were sent. A study needs three.',
  refused: (study: string) =>
    `The shared model of ${study} would show single patients. Nothing was sent; decide whether to go on.`,
  expiry: (study: string, when: string) => `Your approval of ${study} ends ${when}.`,
  acts: {
    consent: 'Read',
    mapping: 'Map',
    data: 'Import',
    network: 'Invite',
    expiry: 'Read',
    refused: 'Look',
  },
  studies: 'Studies',
  noStudies: 'No study yet. Any member may propose one.',
  worth: 'Is it worth it for us?',
  worthNone:
    'Your own patients judge the shared model after its evaluation round. No study has come that far yet.',
  worthSentence: (shared: string, alone: string, measure: string) =>
    `Shared ${shared} vs ours alone ${alone} ${measure}`,
  onRows: (rows: number, events: number | null) =>
    `On ${many(rows, 'held-out patient', 'held-out patients')} of ours${events === null ? '' : `, ${f.count(events)} with the outcome`}`,
  endedAfter: (rounds: number) => `Ended after ${many(rounds, 'training round', 'training rounds')}`,
  inNow: (now: number, all: number) => `${f.count(now)} of ${f.count(all)} take part`,
  openResults: 'See results',
  startTitle: 'How to begin',
} as const
