import { f, many } from './shared.ts'

export const audit = {
  title: 'Audit log',
  lead: 'Every decision and every round, in order. Each entry holds the hash of the one before: none can be changed or taken out unnoticed.',
  seq: 'No.',
  time: 'Time',
  actor: 'Who',
  action: 'What',
  object: 'On',
  outcome: 'Outcome',
  hash: 'Hash',
  emptyTitle: 'The log is empty',
  empty: 'The first entry is written when something happens.',
  filter: 'Find in what is shown',
  count: (shown: number) => many(shown, 'entry', 'entries'),
  /** What the engine logs; an action without words is shown as it is. */
  actions: {
    checkpoint: 'Signed the log up to here',
    'consent-approve': 'Approved a study',
    'consent-decline': 'Declined a study',
    'consent-ended': 'Approval ended by itself',
    'consent-withdrawn': 'Withdrew an approval',
    'dataset-imported': 'Imported a dataset',
    'dataset-removed': 'Removed a dataset',
    'equivocation-seen': 'Two contradicting documents seen',
    'invitation-made': 'Made an invitation',
    'figures-published': 'Published our figures',
    'key-rotated': 'Replaced our own key',
    'key-revoked': 'Revoked our own key',
    'log-contradiction-seen': 'A member’s own log was changed or shortened',
    'mapping-saved': 'Saved a mapping',
    'model-refused': 'Refused the shared model',
    'model-rolled-back': 'Model rolled back by votes',
    'peer-confirmed': 'Confirmed a hospital',
    'peer-key-revoked': 'A hospital’s key was revoked',
    'peer-key-rotated': 'A hospital’s key was replaced',
    'peer-removed': 'Removed a hospital',
    'round-decided': 'Round decided',
    'own-document-came-back': 'A document of ours came back from others',
    'rows-set-apart': 'Set all rows of the restored home apart',
    'same-key-seen': 'Our own key seen elsewhere',
    'study-paused': 'Paused a study',
    'study-proposed': 'Proposed a study',
    'study-received': 'Received a study',
    'study-resumed': 'Resumed a study',
    'study-left': 'Left a study',
    'question-asked': 'Asked a question',
    'question-answered': 'Answered a question',
    'settings-changed': 'Changed the settings',
  } as Record<string, string>,
  verify: 'Verify the log',
  verifying: 'Verifying every entry',
  verifyText:
    'Recomputes every hash and checks every signature, of the log and of all documents that are kept here.',
  verified: (entries: number, signed: number, documents: number) =>
    `All ${many(entries, 'entry fits', 'entries fit')}, signed by us up to entry ${f.count(signed)}; ${many(documents, 'signed document is', 'signed documents are')} as their authors signed them.`,
  badDocuments: (bad: number) =>
    `${many(bad, 'signed document is', 'signed documents are')} not what the author signed. Restore this home from a copy.`,
  broken: (first: number) =>
    `Entry ${f.count(first)} does not fit. Do not rely on this log from there on, and keep a copy of it.`,
  export: 'Save for an auditor',
  exportText:
    'A file that murmuration verify checks without this app. Only what other members hold of this log can show that nothing is missing at its end: murmuration certificates writes that at theirs.',
  head: 'Last hash',
  round: (study: string, round: string) => `${study}, round ${round}`,
  chain: (ok: boolean) =>
    ok
      ? 'The entries shown form an unbroken chain.'
      : 'The chain of the entries shown is BROKEN. Do not rely on this log.',
} as const
