import { randomBytes } from 'node:crypto'
import { AppError } from '#domain/errors.ts'
import { createIdentity, type Identity } from '#network/identity/identity.ts'
import { makeRevocation, makeRotation, readKeyStatement } from '#network/identity/key-statements.ts'
import { signCheckpoint } from '#network/identity/checkpoints.ts'
import { appendAudit, auditHead } from '#store/audit.ts'
import { type Database, openDatabase } from '#store/database.ts'
import { isSameFile } from '#store/home-mark.ts'
import { putKeyStatement } from '#store/key-statements.ts'
import { filesOf, readHome, replaceHomeIdentity, unlockHome } from './home.ts'
import { takeHome } from './lock.ts'

interface Change {
  readonly home: string
  readonly passphrase: string
  readonly now: number
}

/**
 * Gives the institution of a home a new key, and returns the code by which others move to it. The audit log goes on: the old
 * key signs it up to here and names the new one. Rejects with 'home-in-use', 'home-missing', 'wrong-passphrase', or
 * 'home-restored' for a home that may lack sums of the old key: under a new one they would never come back.
 */
export async function rotateOwnKey(change: Change): Promise<string> {
  const seed = new Uint8Array(randomBytes(32))
  const next = createIdentity(seed)
  return inClosedHome(change, async (own, db) => {
    if (!isSameFile(db)) throw new AppError('home-restored', 'The ledger of this home is not whole')
    const code = makeRotation(own, next, change.now)
    note(change, own, db, code)
    // Should this fail, the statement names a key that nobody has, and another rotation follows.
    await replaceHomeIdentity(change.home, change.passphrase, seed)
    return code
  })
}

/** Makes the code after which others take nothing more that this institution's key signs. Rejects as `rotateOwnKey`. */
export function revokeOwnKey(change: Change): Promise<string> {
  return inClosedHome(change, (own, db) => {
    const code = makeRevocation(own, change.now)
    note(change, own, db, code)
    return Promise.resolve(code)
  })
}

async function inClosedHome<T>(
  { home, passphrase }: Change,
  work: (own: Identity, db: Database) => Promise<T>,
): Promise<T> {
  const release = takeHome(home)
  try {
    const { databaseKey, identitySeed } = await unlockHome(home, passphrase)
    const db = openDatabase(filesOf(home).database, databaseKey, { mustExist: true })
    try {
      return await work(createIdentity(identitySeed), db)
    } finally {
      db.close()
    }
  } finally {
    release()
  }
}

/** The statement, its entry in the log, and the old key's last signature on the log become durable together. */
function note({ home, now: time }: Change, own: Identity, db: Database, code: string): void {
  const { name } = readHome(home)
  const statement = readKeyStatement(code)
  const isRotation = statement.kind === 'rotation'
  db.together(() => {
    putKeyStatement(db, statement, code, true)
    appendAudit(db, {
      time,
      actor: name,
      action: isRotation ? 'key-rotated' : 'key-revoked',
      object: isRotation ? statement.successor : own.id,
      outcome: 'done',
      detail: statement,
    })
    appendAudit(db, signCheckpoint(own, auditHead(db), { name, time }))
  })
}
