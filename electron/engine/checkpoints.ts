import type { Head } from '#domain/audit.ts'
import { signCheckpoint } from '#network/identity/checkpoints.ts'
import { appendAudit, auditHead, unsignedEntries } from '#store/audit.ts'
import type { Ports } from './ports.ts'

/** No more entries than this wait for our signature. */
const MOST_UNSIGNED = 64

/** Our signature on our own log, inside the log. */
export function createCheckpoints({
  db,
  signer,
  clock,
  name,
}: Pick<Ports, 'db' | 'signer' | 'clock' | 'name'>) {
  /** Signs the log as it stands, in the caller's transaction where there is one. Returns its head, which is then signed. */
  function seal(): Head {
    return db.together(() => {
      if (unsignedEntries(db, signer.id) === 0) return auditHead(db)
      const { seq, hash } = appendAudit(
        db,
        signCheckpoint(signer, auditHead(db), { name, time: clock.now() }),
      )
      return { entries: seq, head: hash }
    })
  }

  return {
    seal,
    /** Signs the log where many entries wait for it. */
    look(): void {
      if (unsignedEntries(db, signer.id) >= MOST_UNSIGNED) seal()
    },
  }
}
