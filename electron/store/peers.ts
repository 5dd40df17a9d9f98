import type { Peer } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** A confirmed institution with when it last answered us. */
export interface KnownPeer extends Peer {
  readonly lastSeen: number | null
}

interface Row {
  id: string
  name: string
  addresses: string
  confirmed_at: number
  last_seen: number | null
}

/** All confirmed institutions by name. */
export function listPeers(db: Reader): KnownPeer[] {
  return db.all<Row>('SELECT * FROM peers ORDER BY name, id').map(toPeer)
}

export function getPeer(db: Reader, id: InstitutionId): KnownPeer | null {
  const row = db.get<Row>('SELECT * FROM peers WHERE id = ?', id)
  return row ? toPeer(row) : null
}

/** Adds a confirmed institution, or takes its newer name and addresses. */
export function putPeer(db: Writer, { id, name, addresses, confirmedAt }: Peer): void {
  const sql = `INSERT INTO peers (id, name, addresses, confirmed_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, addresses = excluded.addresses,
      confirmed_at = excluded.confirmed_at`
  db.run(sql, id, name, JSON.stringify(addresses), confirmedAt)
}

/** Records that a peer answered. */
export function notePeerSeen(db: Writer, id: InstitutionId, at: number): void {
  db.run('UPDATE peers SET last_seen = ? WHERE id = ?', at, id)
}

/** Forgets an institution. False when it was not known. */
export function removePeer(db: Writer, id: InstitutionId): boolean {
  return db.run('DELETE FROM peers WHERE id = ?', id).changes === 1
}

function toPeer(row: Row): KnownPeer {
  // The cast: the list was written as JSON by putPeer.
  const addresses = JSON.parse(row.addresses) as string[]
  return { id: row.id, name: row.name, addresses, confirmedAt: row.confirmed_at, lastSeen: row.last_seen }
}
