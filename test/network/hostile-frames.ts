import { createHash, randomBytes } from 'node:crypto'
import type { Hash } from '#domain/values.ts'
import { signDocument, toWire } from '#network/identity/documents.ts'
import type { Identity } from '#network/identity/identity.ts'
import { PROTOCOL_VERSION } from '#network/protocols/hello.ts'
import { toJson } from '#network/protocols/frames.ts'
import { aNote } from './hospitals.ts'

/** One honest message of each kind and protocol, to be spoilt. */
export function honestMessages(author: Identity, study: Hash): unknown[] {
  const note = toWire(signDocument(author, aNote(study, 'Good')))
  const id = 'a'.repeat(64)
  return [
    { ask: 'roots', roots: [{ study, root: id }] },
    { ask: 'list', study, buckets: [3], after: null },
    { ask: 'want', study, ids: [id] },
    { ask: 'have', study, ids: [id] },
    { ask: 'give', documents: [note, { ...note, signature: 'x' }] },
    { study, hash: id, max: 100 },
    { name: 'Cleo', protocol: PROTOCOL_VERSION, time: 1, addresses: [], instance: 'A'.repeat(43) },
    { say: 'commit', proof: 'A'.repeat(43), commit: 'A'.repeat(43), name: 'Cleo', addresses: [] },
    { say: 'reveal', random: 'A'.repeat(43) },
    { say: 'yes' },
  ]
}

/** Repeatable numbers below a limit. */
export function createDice(seed: string) {
  let state = createHash('sha256').update(seed).digest()
  return (limit: number) => {
    state = createHash('sha256').update(state).digest()
    return state.readUInt32BE() % limit
  }
}

/** A message as it stands on a stream, or one that lies about its length. */
export function framed(body: Uint8Array, length = body.length): Uint8Array {
  const frame = Buffer.alloc(4 + body.length)
  frame.writeUInt32BE(length >>> 0)
  frame.set(body, 4)
  return frame
}

/** Bytes that no honest institution sends: random ones, and honest messages with one thing wrong. */
export function hostileBytes(dice: (limit: number) => number, honest: readonly unknown[]): Uint8Array {
  const text = Buffer.from(toJson(honest[dice(honest.length)]))
  const kinds = [
    () => randomBytes(dice(2000)),
    () => framed(randomBytes(dice(500))),
    () => framed(text, 0xffffffff),
    () => framed(text, text.length + 1 + dice(1_000_000)),
    () => framed(text, dice(text.length)),
    () => framed(new Uint8Array(0)),
    () => framed(Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)),
    () => framed(Buffer.from('{"__proto__":{"ask":"give"},"ask":"give","documents":[]}')),
    () => {
      text.writeUInt8(dice(256), dice(text.length))
      return framed(text)
    },
    () => framed(text.subarray(0, dice(text.length))),
    () => framed(Buffer.from(String(text).replace(/"[a-f0-9]{64}"/, dice(2) ? '"../etc"' : '1e999'))),
    () => framed(Buffer.from(String(text).replaceAll(/\d/g, '9'))),
    () => framed(Buffer.concat([text, text])),
  ]
  return kinds[dice(kinds.length)]!()
}
