/** Every way in which a request can fail. The words for each stand in renderer/words and headless/words. */
export const errorCodes = [
  'already-decided',
  'bad-request',
  'busy',
  'bytes-later',
  'bytes-too-large',
  'bytes-withheld',
  'call-ended',
  'code-not-open',
  'column-missing',
  'consent-missing',
  'database-damaged',
  'dataset-in-use',
  'disconnected',
  'disk-full',
  'document-refused',
  'file-empty',
  'file-missing',
  'file-no-rows',
  'file-unreadable',
  'fit-refused',
  'home-exists',
  'home-in-use',
  'home-missing',
  'home-restored',
  'identifiers-found',
  'internal',
  'invitation-bad',
  'invitation-expired',
  'key-known',
  'key-retired',
  'locked',
  'mapping-bad',
  'model-refused',
  'names-alike',
  'nobody-came',
  'not-available',
  'not-confirmed',
  'not-found',
  'not-on-list',
  'other-key',
  'other-version',
  'outcome-one-class',
  'passphrase-short',
  'peer-unreachable',
  'port-taken',
  'promise-broken',
  'rows-too-few',
  'same-key',
  'study-bad',
  'study-ended',
  'text-changed',
  'timed-out',
  'too-large',
  'trainer-failed',
  'training-diverged',
  'words-differ',
  'wrong-passphrase',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** A failure with a code from the closed list. The message is for the local log and the command line: never a patient value. */
export class AppError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }
}
