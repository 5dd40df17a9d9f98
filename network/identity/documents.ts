import { base64urlnopad } from '@scure/base'
import * as v from 'valibot'
import { canonical } from '#domain/canonical.ts'
import {
  Body,
  type BodyOf,
  type Document,
  type DocumentKind,
  MAX_DOCUMENT_BYTES,
  Signed,
} from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Signer } from '../ports.ts'
import { verify } from './identity.ts'
import { createOpened, idOf } from './opened.ts'

const opened = createOpened()

/** Signs a body. Throws 'document-refused' for a body that others would refuse. */
export function signDocument<K extends DocumentKind>(signer: Signer, body: BodyOf<K>): Document<BodyOf<K>> {
  const parsed = v.safeParse(Body, body)
  if (!parsed.success) throw refusal(`A ${body.kind} is not what its schema says: ${where(parsed.issues)}`)
  const { message, id } = sealOf(signer.id, parsed.output)
  const signature = base64urlnopad.encode(signer.sign('document', message))
  // Safe: the schema is a variant on `kind`, so it gives back the kind that it was given.
  return { id, author: signer.id, body: parsed.output as BodyOf<K>, signature }
}

/** Checks what a peer or the disk calls a document: schema, size and signature. Throws 'document-refused'. */
export function openDocument(input: unknown): Document {
  const known = opened.find(input)
  if (known) return known
  const parsed = v.safeParse(Signed, input, { abortEarly: true })
  if (!parsed.success) throw refusal(`Not a signed document: ${where(parsed.issues)}`)
  const { author, body, signature } = parsed.output
  const { message, id } = sealOf(author, body)
  if (!verify(author, 'document', message, decodeSignature(signature)))
    throw refusal(`The signature of ${id} is wrong`)
  return opened.keep({ id, author, body, signature }, message.length)
}

/** Whether a document is what its author signed, and its id names it: for those that were kept. Never throws. */
export function isWhole(document: Document): boolean {
  try {
    return openDocument(toWire(document)).id === document.id
  } catch {
    return false
  }
}

/** A document as it travels and is stored: without its id, which follows from the rest. */
export function toWire({ author, body, signature }: Document): Signed {
  return { author, body, signature }
}

/** What is signed, as bytes, and the document's id. */
function sealOf(author: InstitutionId, body: Body) {
  const message = Buffer.from(canonical({ author, body }), 'utf8')
  if (message.length > MAX_DOCUMENT_BYTES) throw refusal(`A document of ${message.length} bytes is too large`)
  return { message, id: idOf(message) }
}

function decodeSignature(text: string): Uint8Array {
  try {
    return base64urlnopad.decode(text)
  } catch (cause) {
    throw new AppError('document-refused', 'The signature is not base64url', { cause })
  }
}

/** Where a schema was not met; never the value that was found there. */
function where(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues
    .map((one) => `${v.getDotPath(one) ?? 'document'} (${one.type})`)
    .slice(0, 3)
    .join(', ')
}

function refusal(message: string): AppError {
  return new AppError('document-refused', message)
}
