import { bytesRefused, keyChangeRefused } from './refused.ts'
import type { ErrorCode } from '#domain/errors.ts'
import { nothing, unchanged, type Trouble } from './shared.ts'

export const errors = {
  'already-decided': {
    what: 'This was decided before.',
    data: unchanged,
    todo: 'Look at the answer that stands.',
  },
  'bad-request': {
    what: 'The engine did not understand the page.',
    data: unchanged,
    todo: 'Check what you entered. If it stays so, report it.',
  },
  busy: {
    what: 'Too many things were asked at once.',
    data: unchanged,
    todo: 'Wait a moment and try again.',
  },
  ...bytesRefused,
  'call-ended': {
    what: 'The roll call ended before the words were there.',
    data: 'Nobody was confirmed by it.',
    todo: 'Ask who calls the roll to begin again, and enter the new code.',
  },
  'code-not-open': {
    what: 'Nobody waits for this code.',
    data: unchanged,
    todo: 'It was used already, its time is over, or the other side has closed it. Ask for a new one.',
  },
  'column-missing': {
    what: 'A column that the study needs is not in the dataset.',
    data: unchanged,
    todo: 'Choose another column or dataset.',
  },
  'consent-missing': {
    what: 'No approval covers this.',
    data: 'Nothing left this hospital.',
    todo: 'Read the consent page and decide.',
  },
  'database-damaged': {
    what: 'The database on disk is damaged.',
    data: 'Nothing was sent. What is stored may be incomplete.',
    todo: 'Do not go on. Restore the home folder from a backup.',
  },
  'dataset-in-use': {
    what: 'A study uses this dataset.',
    data: unchanged,
    todo: 'Withdraw from the study first, or map another dataset.',
  },
  disconnected: {
    what: 'The engine is not connected.',
    data: nothing,
    todo: 'The page connects again by itself.',
  },
  'disk-full': {
    what: 'The disk is full.',
    data: 'What was stored before is safe. This last step was not stored.',
    todo: 'Make room on the disk and try again.',
  },
  'document-refused': {
    what: 'A signed document was refused.',
    data: unchanged,
    todo: 'Ask its author. The audit log has the reason.',
  },
  'file-empty': { what: 'The file is empty.', data: unchanged, todo: 'Export it again from its source.' },
  'file-missing': { what: 'The file is not there any more.', data: unchanged, todo: 'Choose it again.' },
  'file-no-rows': {
    what: 'The file has a header but no rows.',
    data: unchanged,
    todo: 'Export it again from its source.',
  },
  'file-unreadable': {
    what: 'The file could not be read as a table.',
    data: unchanged,
    todo: 'Save it as CSV with one header line, and try again.',
  },
  'fit-refused': {
    what: 'The sums of this exact fit would tell of single patients: too few of all have an outcome, or the variables take too few different values.',
    data: 'Nothing of the fit left this hospital.',
    todo: 'Propose a version of the study whose plan trains by averages. Where the variables are few and coarse, one measured more finely (age to the day, not in groups) may do as well.',
  },
  'home-exists': {
    what: 'There is an institution in this folder already.',
    data: unchanged,
    todo: 'Open it, or choose another folder.',
  },
  'home-in-use': {
    what: 'Another Murmuration uses this institution now.',
    data: unchanged,
    todo: 'Close the other one first.',
  },
  'home-missing': {
    what: 'There is no institution in this folder.',
    data: unchanged,
    todo: 'Make one, or choose another folder.',
  },
  'home-restored': {
    what: 'Other hospitals hold documents of ours that this home does not have yet, as after a backup was restored.',
    data: 'Nothing of ours goes into a sum until they have come back.',
    todo: 'Keep this hospital connected to the members of all its studies. If it stays so, the data of a sum are not here: import and map them again in its study, just as they were. Where that can never be, a person can decide to go on without the rows that are here: Settings.',
  },
  'identifiers-found': {
    what: 'Columns of the file tell who patients are.',
    data: 'Nothing was imported, and nothing left this hospital.',
    todo: 'Say for each of these columns what is done: drop it, give it a pseudonym, make it coarser, or keep it because it is none.',
  },
  internal: {
    what: 'Something went wrong in the app.',
    data: nothing,
    todo: 'Try again. If it stays so, send the report for support.',
  },
  'invitation-bad': {
    what: 'This is not a whole invitation.',
    data: unchanged,
    todo: 'Copy the code again, from its first to its last character. If it stays so, the message may have been changed on its way: ask for the code another way.',
  },
  'invitation-expired': {
    what: 'The invitation is no longer valid, by the clock of this computer.',
    data: unchanged,
    todo: 'Look whether the date of this computer is right. If it is, ask the other hospital for a new one.',
  },
  ...keyChangeRefused,
  locked: { what: 'The institution is locked.', data: nothing, todo: 'Unlock it with the passphrase.' },
  'mapping-bad': { what: 'The mapping has errors.', data: unchanged, todo: 'Mend what the check found.' },
  'names-alike': {
    what: 'Two hospitals of the list have names that people could take for each other.',
    data: 'Nobody was confirmed.',
    todo: 'Ask who calls the roll whether one of them came twice. If nobody knows the second one, somebody may pretend to be a hospital.',
  },
  'nobody-came': {
    what: 'Nobody came with this code in time.',
    data: unchanged,
    todo: 'Make a new code when both of you sit at your screens.',
  },
  'not-available': {
    what: 'This is not available in this version.',
    data: unchanged,
    todo: 'Nothing needs to be done.',
  },
  'not-confirmed': {
    what: 'The other side did not confirm the words in time.',
    data: 'Nothing was kept on either side.',
    todo: 'Telephone them. If they saw the same words, make a new code and confirm within five minutes.',
  },
  'not-found': {
    what: 'This does not exist, or not any more.',
    data: unchanged,
    todo: 'Go back and choose again.',
  },
  'not-on-list': {
    what: 'This roll call is for the members of a study, and this hospital is none of them.',
    data: unchanged,
    todo: 'Ask who calls the roll which study it is for, and whether it names your key.',
  },
  'other-key': {
    what: 'Another key answers where this hospital was.',
    data: 'Nothing was sent to it.',
    todo: 'Telephone them on a number you know. If they made a new home, remove the old one here and pair again. If they did not, somebody may stand in between: tell your security officer.',
  },
  'other-version': {
    what: 'The other side runs a version of Murmuration that does not understand ours.',
    data: nothing,
    todo: 'Bring both to the same version.',
  },
  'outcome-one-class': {
    what: 'The outcome is the same in all rows of all hospitals: there is nothing to learn.',
    data: unchanged,
    todo: 'Ask the other hospitals to check the outcome’s column and values with you.',
  },
  'passphrase-short': {
    what: 'A new passphrase needs 12 to 200 characters.',
    data: unchanged,
    todo: 'Choose a longer one: a few words that nobody can guess are easy to remember.',
  },
  'peer-unreachable': {
    what: 'The other hospital cannot be reached.',
    data: nothing,
    todo: 'It is tried again by itself. Ask whether its computer is on.',
  },
  'port-taken': {
    what: 'Another program uses the network port.',
    data: nothing,
    todo: 'Close it or choose another port.',
  },
  'promise-broken': {
    what: 'The other side did not keep to the number that it had promised. Somebody may stand in between.',
    data: 'Nothing was kept, and nothing was sent to it.',
    todo: 'Do not confirm. Telephone them on a number you know, and try once more with a new code. If it happens again, tell your security officer.',
  },
  'rows-too-few': {
    what: 'There are too few rows.',
    data: unchanged,
    todo: 'Add rows, or ask the proposer for a lower minimum.',
  },
  'same-key': {
    what: 'That is this institution’s own key.',
    data: unchanged,
    todo: 'Paste the code of another hospital.',
  },
  'study-bad': {
    what: 'The study breaks a rule of the format.',
    data: unchanged,
    todo: 'Check its members, variables and numbers.',
  },
  'study-ended': { what: 'The study has ended.', data: unchanged, todo: 'Propose a new version.' },
  'text-changed': {
    what: 'The text on the page changed while it was being read.',
    data: 'Nothing was signed and nothing left this hospital.',
    todo: 'Read the page again, then decide.',
  },
  'timed-out': {
    what: 'The engine took too long to answer.',
    data: nothing,
    todo: 'Try again. Long work goes on in the engine.',
  },
  'too-large': {
    what: 'This is larger than the app takes.',
    data: unchanged,
    todo: 'Split it into smaller parts.',
  },
  'model-refused': {
    what: 'The shared model would show single patients of ours, so it was not trained here.',
    data: nothing,
    todo: 'Somebody may have tampered with it. To the others we are away until you resume or leave the study.',
  },
  'training-diverged': {
    what: 'Training left the range of numbers: the learning rate of this study is too high for our data.',
    data: nothing,
    todo: 'This round goes on without us. Propose a new version with a smaller learning rate.',
  },
  'trainer-failed': {
    what: 'The computation failed here.',
    data: nothing,
    todo: 'The round is tried again. Settings shows what it runs on.',
  },
  'words-differ': {
    what: 'The words differ. Somebody may stand in between.',
    data: 'Nobody was confirmed, and nothing was sent.',
    todo: 'Telephone them on a number you know, not one from the message. Read the new words once more with a new code, sent another way. If they differ again, tell your security officer, and do not confirm.',
  },
  'wrong-passphrase': {
    what: 'The passphrase is wrong.',
    data: unchanged,
    todo: 'Try again, or use the recovery key.',
  },
} as const satisfies Record<ErrorCode, Trouble>
