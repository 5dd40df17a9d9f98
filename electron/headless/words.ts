import { CallError } from '#contract/connect.ts'
import { AppError, type ErrorCode } from '#domain/errors.ts'
import type { Reason } from '#domain/round.ts'

/** What the command line says for every way in which something can fail: one sentence, and what it means. */
export const words: Readonly<Record<ErrorCode, string>> = {
  'already-decided': 'This was decided before; withdraw that decision first, or leave it as it is',
  'bad-request': 'This request cannot be understood',
  busy: 'The engine has too much to do at the moment; please try again',
  'bytes-later': 'Another institution has what the round needs and is busy; the round asks again',
  'bytes-too-large':
    'What another institution offers is larger than this round allows, so it was not taken; ask whether it runs the same version',
  'bytes-withheld':
    'No institution that was asked has what the round needs, or may give it; the round asks again, or goes on without',
  'call-ended':
    'The roll call ended before the words were there, so nobody was confirmed; ask for a new code',
  'code-not-open':
    'Nobody waits for this code: it was used, its time is over, or it was closed; ask for a new one',
  'column-missing': 'A column that the study needs is missing',
  'consent-missing': 'No consent covers this, so nothing was sent',
  'database-damaged': 'The database is damaged and was not opened; restore it from a copy',
  'dataset-in-use': 'A study uses this dataset, so it was not removed',
  disconnected: 'The engine stopped before it answered; start it again with: murmuration run',
  'disk-full': 'The disk is full: nothing was changed',
  'document-refused': 'A signed document is not in order and was refused',
  'file-empty': 'The file is empty, so nothing was imported',
  'file-missing': 'There is no such file',
  'file-no-rows': 'The file has a header but no rows, so nothing was imported',
  'file-unreadable': 'The file cannot be read as a table',
  'fit-refused':
    'The sums of this exact fit would tell of single patients (too few of all have an outcome, or the variables take too few different values), so nothing was sent; propose a version that trains by averages, or with a variable measured more finely',
  'home-exists': 'An institution lives in this home already; nothing was changed',
  'home-in-use': 'Another process has this home open; stop it first',
  'identifiers-found': 'Columns of the file tell who patients are; say what is done about each',
  'home-missing': 'No institution lives in this home; make one with: murmuration init NAME',
  'home-restored':
    'Others hold documents of ours that this home does not have, as after a backup was restored: nothing goes into a sum until they have come back; see: murmuration restored',
  internal: 'Something unexpected happened; the log in the home folder has the details',
  'invitation-bad': 'This invitation is damaged or was not signed by the institution that it names',
  'invitation-expired':
    'This invitation has expired by the clock of this machine; look whether that is right, and ask for a new one',
  'key-known':
    'The new key is that of another institution that we know, and two do not become one: ring both; if it is one, remove the newer entry in the pages (Network) and apply the code again',
  'key-retired':
    'This key was replaced or revoked before: ring the institution, and pair anew if both changes are not its own',
  locked: 'A passphrase is needed: give --passphrase-file FILE or set MURMURATION_PASSPHRASE',
  'mapping-bad': 'The mapping does not fit the study or the dataset, so it was not saved',
  'names-alike':
    'Two hospitals of the list have names that people could take for each other, so nobody was confirmed; ask whether one came twice',
  'nobody-came': 'Nobody came with this code in time; make a new one when both sit at their screens',
  'not-available': 'This is not available now',
  'not-confirmed':
    'The other side did not confirm the words in time, so nothing was kept; telephone them and try again',
  'not-found': 'There is no such thing at this institution',
  'not-on-list': 'This roll call is for the members of a study, and this institution is none of them',
  'other-key':
    'Another key answers where this institution was; telephone them: either they made a new home, or somebody stands in between',
  'other-version':
    'The other side runs a version that does not understand ours; bring both to the same version',
  'outcome-one-class': 'The outcome is the same in the rows of all hospitals: there is nothing to learn',
  'passphrase-short': 'A new passphrase needs 12 to 200 characters; nothing was changed',
  'peer-unreachable': 'The other institution cannot be reached now',
  'port-taken': 'Another program uses this port; choose another one',
  'promise-broken':
    'The other side did not keep to the number that it had promised: somebody may stand in between; do not confirm, telephone them on a number you know',
  'rows-too-few': 'There are fewer rows than the study asks of each hospital',
  'same-key':
    'This invitation has the key of this very institution: two hospitals must not share a copied home',
  'study-bad': 'The study is not in order, so it was not proposed',
  'study-ended': 'This study has ended',
  'text-changed': 'What is to be approved has changed since it was shown; please read it again',
  'timed-out': 'There was no answer in time',
  'too-large': 'This is larger than the limit',
  'trainer-failed': 'The process that trains has failed; nothing was sent',
  'model-refused':
    'The shared model would show single patients of ours; nothing was sent, and this institution takes no part until somebody here decides',
  'training-diverged':
    'Training left the range of numbers: the learning rate is too high for these data; nothing was sent',
  'words-differ':
    'The words differ: somebody may stand in between. Nobody was confirmed; telephone them on a number you know, and use a new code sent another way',
  'wrong-passphrase': 'This passphrase does not open the home',
}

/** Why a member is not in a round, after its name. */
export const absences: Readonly<Record<Reason, string>> = {
  'no-consent': 'has not approved the round',
  declined: 'declined the study',
  withdrawn: 'withdrew',
  'not-ready': 'was not ready in time',
  unreachable: 'cannot be reached',
  'too-few-rows': 'has too few rows',
  paused: 'has paused',
  spent: 'its update was opened before',
  unresponsive: 'stopped answering',
  withheld: 'kept its part of an opened sum to itself',
  'sum-opened': 'its numbers were added up with other members before',
  unconfirmed: 'has confirmed too few of the members itself',
}

/** One sentence for anything that was thrown, without a stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CallError)
    return `${words[error.code]}${error.code === 'internal' ? ` (${error.ref})` : ''}.`
  if (error instanceof AppError) return `${words[error.code]} (${error.message.replace(/\.$/, '')}).`
  const { message, code } = describe(error)
  if (code === 'ENOSPC') return `${words['disk-full']}.`
  if (code === 'EACCES' || code === 'EPERM') return `This account may not do that: ${message}.`
  return `${words.internal} (${message.replace(/\.$/, '')}).`
}

function describe(error: unknown): { message: string; code: string } {
  if (!(error instanceof Error)) return { message: String(error), code: '' }
  return { message: error.message, code: 'code' in error ? String(error.code) : '' }
}

/** Whether a shared model is worth it to a hospital, by its own held-out patients. */
export const worthWords = {
  gain: 'better for our patients',
  none: 'no measurable gain for our patients',
  harm: 'WORSE for our patients than our own model',
} as const
