import { createCipheriv, createHmac } from 'node:crypto'
import type { Holdout } from '#domain/dataset.ts'
import type { HeldOut } from './map-table.ts'

/**
 * Which rows are held out. By share: row n is held out when its place in an AES-256-CTR stream under this institution's own
 * secret falls below the share, so that the same rows stay unseen in every study and after every restart.
 */
export function holdoutOf(holdout: Holdout, secret: Uint8Array, rows: number): HeldOut {
  if (holdout.kind === 'rows') {
    const held = new Set(holdout.rows)
    return (row) => held.has(row)
  }
  const draws = drawsOf(secret, rows)
  const limit = holdout.share * 2 ** 32
  return (row) => (draws[row] ?? 0) < limit
}

function drawsOf(secret: Uint8Array, rows: number): Uint32Array {
  const key = createHmac('sha256', secret).update('murmuration holdout').digest()
  const stream = createCipheriv('aes-256-ctr', key, new Uint8Array(16)).update(new Uint8Array(rows * 4))
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  return Uint32Array.from({ length: rows }, (_, row) => view.getUint32(row * 4))
}
