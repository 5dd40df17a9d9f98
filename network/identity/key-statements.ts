import { base64urlnopad } from '@scure/base'
import * as v from 'valibot'
import { canonical } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import { type KeyStatement, SignedKeyStatement } from '#domain/key-statement.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Signer } from '../ports.ts'
import { verify } from './identity.ts'

const PREFIX = 'murmurationkey1:'
const MAX_CODE = 4000

/** The code by which others move from our key to its successor: signed by both. */
export function makeRotation(key: Signer, successor: Signer, statedAt: number): string {
  const statement = { kind: 'rotation', key: key.id, successor: successor.id, statedAt } as const
  return seal(statement, signatureOf(key, statement), signatureOf(successor, statement))
}

/** The code after which others take nothing more that this key signs. */
export function makeRevocation(key: Signer, statedAt: number): string {
  const statement = { kind: 'revocation', key: key.id, statedAt } as const
  return seal(statement, signatureOf(key, statement), null)
}

/** What a code says. Line breaks and spaces do no harm. Throws 'document-refused' for one that the key did not sign. */
export function readKeyStatement(code: string): KeyStatement {
  const { statement, signature, acceptance } = parse(code)
  const isComplete = statement.kind === 'revocation' || isSigned(statement.successor, statement, acceptance)
  if (isComplete && isSigned(statement.key, statement, signature)) return statement
  throw new AppError('document-refused', 'The signature of this statement about a key is wrong')
}

/** All keys of an institution, the last first, by the statements of its earlier ones. Throws 'document-refused'. */
export function keyHistory(last: InstitutionId, codes: readonly string[]): InstitutionId[] {
  const before = new Map<InstitutionId, InstitutionId>()
  for (const statement of codes.map(readKeyStatement))
    if (statement.kind === 'rotation') before.set(statement.successor, statement.key)
  const keys = [last]
  for (let key = before.get(last); key !== undefined && !keys.includes(key); key = before.get(key))
    keys.push(key)
  return keys
}

function seal(statement: KeyStatement, signature: string, acceptance: string | null): string {
  const text = canonical({ statement, signature, acceptance } satisfies SignedKeyStatement)
  return PREFIX + base64urlnopad.encode(new TextEncoder().encode(text))
}

function signatureOf(signer: Signer, statement: KeyStatement): string {
  return base64urlnopad.encode(signer.sign('key-statement', bytesOf(statement)))
}

function isSigned(id: InstitutionId, statement: KeyStatement, signature: string | null): boolean {
  try {
    return (
      signature !== null && verify(id, 'key-statement', bytesOf(statement), base64urlnopad.decode(signature))
    )
  } catch {
    return false
  }
}

function bytesOf(statement: KeyStatement): Uint8Array {
  return new TextEncoder().encode(canonical(statement))
}

function parse(code: string): SignedKeyStatement {
  try {
    const tight = code.slice(0, 2 * MAX_CODE).replaceAll(/\s+/g, '')
    if (!tight.startsWith(PREFIX)) throw new RangeError('The code has another beginning')
    const text = new TextDecoder().decode(base64urlnopad.decode(tight.slice(PREFIX.length)))
    return v.parse(SignedKeyStatement, JSON.parse(text))
  } catch (cause) {
    throw new AppError('document-refused', 'This is not a complete statement about a key', { cause })
  }
}
