import { canonical, hashBytes } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import * as v from 'valibot'

const FORMAT = 1
const MAX_HEADER_BYTES = 1024 * 1024
const MAX_ARTEFACT_BYTES = 512 * 1024 * 1024

/** The parts of an artefact: what it says of itself, and its numbers. */
export interface Artefact<H> {
  readonly header: H
  readonly payload: Uint8Array
}

/** Bytes of an artefact: length of the header (4 bytes, little-endian), canonical JSON header, payload. Equal parts give equal bytes. */
export function writeArtefact(kind: string, header: object, payload: readonly ArrayBufferView[]): Uint8Array {
  const text = new TextEncoder().encode(canonical({ ...header, format: FORMAT, kind }))
  if (text.length > MAX_HEADER_BYTES)
    throw new AppError('too-large', `The header of a ${kind} artefact is too large`)
  const size = payload.reduce((sum, part) => sum + part.byteLength, 0)
  const bytes = new Uint8Array(4 + text.length + size)
  new DataView(bytes.buffer).setUint32(0, text.length, true)
  bytes.set(text, 4)
  let at = 4 + text.length
  for (const part of payload) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
  return bytes
}

/** Reads an artefact of one kind strictly: any other header, or one that is not canonical, is refused as 'document-refused'. */
export function readArtefact<E extends v.ObjectEntries>(
  kind: string,
  entries: E,
  bytes: Uint8Array,
): Artefact<v.InferOutput<v.StrictObjectSchema<E, undefined>>> {
  const { text, payload } = split(kind, bytes)
  const { format, kind: found, ...header } = parseHeader(kind, text)
  const parsed = v.safeParse(v.strictObject(entries), header)
  if (format !== FORMAT || found !== kind || !parsed.success) throw refuse(kind)
  if (canonical({ ...header, format, kind: found }) !== text) throw refuse(kind)
  return { header: parsed.output, payload }
}

/** SHA-256 of an artefact, by which every member names it. */
export const artefactHash = hashBytes

function split(kind: string, bytes: Uint8Array) {
  if (bytes.length < 4 || bytes.length > MAX_ARTEFACT_BYTES) throw refuse(kind)
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  if (length > MAX_HEADER_BYTES || 4 + length > bytes.length) throw refuse(kind)
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length))
  return { text, payload: bytes.slice(4 + length) }
}

function parseHeader(kind: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return v.parse(v.record(v.string(), v.unknown()), value)
  } catch (error) {
    throw refuse(kind, error)
  }
}

function refuse(kind: string, cause?: unknown) {
  return new AppError('document-refused', `These bytes are not a ${kind} artefact`, { cause })
}

/** 32-bit numbers of a payload from a byte offset on ('document-refused' when they are not all there). Our platforms are little-endian. */
export function floats32(payload: Uint8Array, offset: number, length: number): Float32Array {
  return new Float32Array(cut(payload, offset, 4 * length))
}

/** As `floats32`, for 64-bit numbers. */
export function floats64(payload: Uint8Array, offset: number, length: number): Float64Array {
  return new Float64Array(cut(payload, offset, 8 * length))
}

function cut(payload: Uint8Array, offset: number, size: number): ArrayBuffer {
  const copy = new Uint8Array(size)
  if (offset + size > payload.length) throw new AppError('document-refused', 'An artefact is cut off')
  copy.set(payload.subarray(offset, offset + size))
  return copy.buffer
}
