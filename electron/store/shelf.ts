import { createHash } from 'node:crypto'
import type { Hash } from '#domain/values.ts'
import type { Database, Reader, Writer } from './database.ts'

/** How long bytes are kept: until their round is decided, or for good. */
export type Keep = 'round' | 'always'

/** Large bytes by their SHA-256, as the network's port `Shelf` wants them. */
export function createShelf(db: Database) {
  return {
    has: (hash: Hash, study: Hash) => hasBlob(db, hash, study),
    get: (hash: Hash) => getBlob(db, hash),
    put: (bytes: Uint8Array, keep: Keep, study: Hash) => putBlob(db, bytes, keep, study),
    putAll(all: readonly Uint8Array[], keep: Keep, study: Hash): void {
      const work = () => all.forEach((one) => putBlob(db, one, keep, study))
      if (keep === 'round') db.loosely(work)
      else db.together(work)
    },
  }
}

function hasBlob(db: Reader, hash: Hash, study: Hash): boolean {
  const sql = `SELECT 1 FROM blob_studies JOIN blobs USING (hash) WHERE blob_studies.hash = ? AND study = ?`
  return db.get(sql, hash, study) !== undefined
}

export function getBlob(db: Reader, hash: Hash): Uint8Array | null {
  return db.get<{ bytes: Uint8Array }>('SELECT bytes FROM blobs WHERE hash = ?', hash)?.bytes ?? null
}

/**
 * Keeps bytes of a study and returns their hash. What is kept for good stays so, whoever puts it again. Bytes of a round reach
 * the disk with whatever is written together next: nothing is signed before.
 */
export function putBlob(db: Writer, bytes: Uint8Array, keep: Keep, study: Hash): Hash {
  const hash = createHash('sha256').update(bytes).digest('hex')
  const sql = `INSERT INTO blobs (hash, keep, bytes) VALUES (?, ?, ?)
    ON CONFLICT (hash) DO UPDATE SET keep = 'always' WHERE excluded.keep = 'always' AND blobs.keep = 'round'`
  const put = () => {
    db.run(sql, hash, keep, bytes)
    db.run('INSERT INTO blob_studies (hash, study) VALUES (?, ?) ON CONFLICT DO NOTHING', hash, study)
  }
  if (keep === 'round') db.loosely(put)
  else db.together(put)
  return hash
}

/** Forgets the bytes of a decided round among these hashes; what is kept for good stays. Returns how many went. */
export function dropRoundBlobs(db: Writer, hashes: readonly Hash[]): number {
  return db.together(() => hashes.reduce((sum, hash) => sum + dropRoundBlob(db, hash), 0))
}

function dropRoundBlob(db: Writer, hash: Hash): number {
  const { changes } = db.run(`DELETE FROM blobs WHERE hash = ? AND keep = 'round'`, hash)
  if (changes > 0) db.run('DELETE FROM blob_studies WHERE hash = ?', hash)
  return changes
}
