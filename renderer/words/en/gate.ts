import { f } from './shared.ts'

export const gate = {
  welcome: 'Welcome to Murmuration',
  promise:
    'Hospitals train clinical models together. Patient records stay where they are, and no one is in charge.',
  makeTitle: 'Name your institution',
  name: 'Name',
  nameHint: 'Other hospitals see it, for example “Northfield Hospital”.',
  needName: 'Give your institution a name.',
  unlockWith: 'How it is unlocked',
  byKeychain: 'by the keychain of this computer account',
  byPassphrase: 'by a passphrase',
  keychainWeak:
    'The keychain of this computer would keep secrets under a password that everyone knows. A passphrase is needed.',
  keychainNone: 'By a passphrase: here no keychain can be reached.',
  passphrase: 'Passphrase',
  passphraseHint: 'At least 12 characters. A few unrelated words are good.',
  again: 'The same again',
  tooShort: (n: number) => `At least ${f.count(n)} characters.`,
  notSame: 'The two are not the same.',
  keyMade:
    'A key pair is made on this machine. The others will know your institution by it. It never leaves.',
  make: 'Make the key',
  making: 'Making the key',
  recoveryTitle: 'Your recovery words',
  recoveryText:
    'These 24 words open your institution when the passphrase or this computer is lost. They are shown this once. Print them, or write them down, and keep the paper where you keep contracts.',
  written: 'They are on paper',
  askTitle: 'Show that you have them',
  askText: 'Type these words from your paper.',
  word: (n: number) => `Word ${f.count(n)}`,
  wordsWrong:
    'At least one word is not right. Compare with your paper. Nothing is stored before they are right.',
  showAgain: 'Show the words again',
  confirm: 'Confirm and open',
  opening: 'Opening the encrypted database',
  lockedTitle: (name: string) => `${name} is locked`,
  lockedRunning: 'Rounds that were approved go on behind the lock.',
  lockedStopped: 'Nothing runs until it is unlocked.',
  keychainUnlocks: 'The keychain of your computer account holds the key.',
  unlock: 'Unlock',
  forgotten: 'Forgotten, or a new computer',
  recoverTitle: 'Unlock with the recovery words',
  recoverWords: 'The 24 words, in order',
  wordsGiven: (given: number, all: number) => `${f.count(given)} of ${f.count(all)} words`,
  needWords: 'There must be 24 words.',
  recover: 'Unlock and set this key',
} as const
