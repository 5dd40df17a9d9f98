import { base64urlnopad } from '@scure/base'
import { describe, expect, test } from 'vitest'
import { canonical } from '#domain/canonical.ts'
import {
  keyHistory,
  makeRevocation,
  makeRotation,
  readKeyStatement,
} from '#network/identity/key-statements.ts'
import type { Signer } from '#network/ports.ts'
import { createHospital } from './hospitals.ts'

const [key, successor, thief] = [0, 1, 2].map((one): Signer => createHospital(one).identity) as [
  Signer,
  Signer,
  Signer,
]
const refused = expect.objectContaining({ code: 'document-refused' })

interface Sealed {
  statement: Record<string, unknown>
  signature: string
  acceptance: string | null
}

/** A code with something in it changed. */
function forged(code: string, change: (sealed: Sealed) => Partial<Sealed>): string {
  const [beginning, text] = code.split(':') as [string, string]
  const sealed = JSON.parse(Buffer.from(base64urlnopad.decode(text)).toString()) as Sealed
  const body = canonical({ ...sealed, ...change(sealed) })
  return `${beginning}:${base64urlnopad.encode(Buffer.from(body))}`
}

/** A signer that signs as itself under another's name. */
const inTheNameOf = ({ id }: Signer, signer: Signer): Signer => ({ ...signer, id, sign: signer.sign })

describe('a statement that a key is replaced', () => {
  test('is good with the signatures of both keys, also where a mail program broke its lines', () => {
    const code = makeRotation(key, successor, 5)
    const broken = code.replaceAll(/.{60}/g, '$&\n ')
    expect(readKeyStatement(broken)).toMatchObject({ kind: 'rotation', key: key.id, successor: successor.id })
  })

  test.each([
    ['the old key', makeRotation(inTheNameOf(key, thief), successor, 5)],
    ['the new key', makeRotation(key, inTheNameOf(successor, thief), 5)],
    ['either', makeRotation(inTheNameOf(key, thief), inTheNameOf(successor, thief), 5)],
  ])('is none without the signature of %s', (_, code) => {
    expect(() => readKeyStatement(code)).toThrow(refused)
  })

  test('is none where the new key’s signature is left out, or another takes its place', () => {
    const code = makeRotation(key, successor, 5)
    expect(() => readKeyStatement(forged(code, () => ({ acceptance: null })))).toThrow(refused)
    const swapped = forged(code, ({ statement }) => ({ statement: { ...statement, successor: thief.id } }))
    expect(() => readKeyStatement(swapped)).toThrow(refused)
    const later = forged(code, ({ statement }) => ({ statement: { ...statement, statedAt: 6 } }))
    expect(() => readKeyStatement(later)).toThrow(refused)
  })

  test('makes a history of keys that others cannot lengthen', () => {
    const code = makeRotation(key, successor, 5)
    expect(keyHistory(successor.id, [code])).toEqual([successor.id, key.id])
    expect(keyHistory(thief.id, [code])).toEqual([thief.id])
    expect(() => keyHistory(thief.id, [makeRotation(inTheNameOf(key, thief), thief, 5)])).toThrow(refused)
  })
})

test('a statement that a key is void is good with that key’s own signature alone', () => {
  expect(readKeyStatement(makeRevocation(key, 5))).toEqual({ kind: 'revocation', key: key.id, statedAt: 5 })
  expect(() => readKeyStatement(makeRevocation(inTheNameOf(key, thief), 5))).toThrow(refused)
})
