import { createHash } from 'node:crypto'
import type { Hash } from '#domain/values.ts'
import type { Database, Reader, Writer } from './database.ts'

/** How long bytes are kept: until their round is decided, or for good. */
export type Keep = 'round' | 'always'

/** Large bytes by their SHA-256, as the network's port `Shelf` wants them. */
export function createShelf(db: Database) {
  return {
    has: (hash: Hash) => hasBlob(db, hash),
    get: (hash: Hash) => getBlob(db, hash),
    put: (bytes: Uint8Array, keep: Keep) => putBlob(db, bytes, keep),
    putAll(all: readonly Uint8Array[], keep: Keep): void {
      const work = () => all.forEach((one) => putBlob(db, one, keep))
      if (keep === 'round') db.loosely(work)
      else db.together(work)
    },
  }
}

function hasBlob(db: Reader, hash: Hash): boolean {
  return db.get('SELECT 1 FROM blobs WHERE hash = ?', hash) !== undefined
}

export function getBlob(db: Reader, hash: Hash): Uint8Array | null {
  return db.get<{ bytes: Uint8Array }>('SELECT bytes FROM blobs WHERE hash = ?', hash)?.bytes ?? null
}

/**
 * Keeps bytes and returns their hash. What is kept for good stays so, whoever puts it again. Bytes of a round reach the disk with
 * whatever is written together next: nothing is signed before.
 */
export function putBlob(db: Writer, bytes: Uint8Array, keep: Keep): Hash {
  const hash = createHash('sha256').update(bytes).digest('hex')
  const sql = `INSERT INTO blobs (hash, keep, bytes) VALUES (?, ?, ?)
    ON CONFLICT (hash) DO UPDATE SET keep = 'always' WHERE excluded.keep = 'always' AND blobs.keep = 'round'`
  const put = () => void db.run(sql, hash, keep, bytes)
  if (keep === 'round') db.loosely(put)
  else put()
  return hash
}

/** Forgets the bytes of a decided round among these hashes; what is kept for good stays. Returns how many went. */
export function dropRoundBlobs(db: Writer, hashes: readonly Hash[]): number {
  return db.together(() =>
    hashes.reduce(
      (sum, hash) => sum + db.run(`DELETE FROM blobs WHERE hash = ? AND keep = 'round'`, hash).changes,
      0,
    ),
  )
}
