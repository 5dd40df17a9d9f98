import { endianness } from 'node:os'
import { AppError } from '#domain/errors.ts'

/** Values are whole multiples of 2^-32. */
const SCALE = 2 ** 32

/**
 * Numbers modulo 2^64 as pairs of 32-bit halves, low half first: in memory, little-endian 64-bit integers.
 * Length is twice the number of values.
 */
export type Words = Uint32Array<ArrayBuffer>

/** Throws 'study-bad' unless the sum of n members' values within the bound stays below 2^62 in fixed point. */
export function checkBound(members: number, bound: number): void {
  if (!(bound > 0 && members * bound * SCALE < 2 ** 62)) {
    throw new AppError('study-bad', `${members} members with values up to ${bound} do not fit into the sum`)
  }
}

/**
 * Rounds values to multiples of 2^-32 (each off by at most 2^-33). Throws RangeError at the first that is
 * not finite or beyond the bound; says where, never what.
 */
export function encode(values: Float64Array, bound: number): Words {
  const words = new Uint32Array(values.length * 2)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN
    if (!(Math.abs(value) <= bound)) throw new RangeError(`Value ${i} is not within the bound`)
    const scaled = Math.round(value * SCALE)
    const high = Math.floor(scaled / SCALE)
    words[2 * i] = scaled - high * SCALE
    words[2 * i + 1] = high
  }
  return words
}

/** The numbers as float64, in their order. Exact while a sum is below 2^21; nearest float64 beyond. */
export function decode(words: Words): Float64Array {
  const values = new Float64Array(words.length / 2)
  for (let i = 0; i < values.length; i++) {
    const low = words[2 * i] ?? 0
    const high = (words[2 * i + 1] ?? 0) | 0
    values[i] = (high * SCALE + low) / SCALE
  }
  return values
}

/** into += addend modulo 2^64, from word `at` of `into` on (even). */
export function add(into: Words, addend: Words, at = 0): void {
  for (let i = 0; i < addend.length; i += 2) {
    const low = (into[at + i] ?? 0) + (addend[i] ?? 0)
    into[at + i] = low
    into[at + i + 1] = (into[at + i + 1] ?? 0) + (addend[i + 1] ?? 0) + (low >= SCALE ? 1 : 0)
  }
}

/** into -= subtrahend modulo 2^64, from word `at` of `into` on (even). */
export function subtract(into: Words, subtrahend: Words, at = 0): void {
  for (let i = 0; i < subtrahend.length; i += 2) {
    const low = (into[at + i] ?? 0) - (subtrahend[i] ?? 0)
    into[at + i] = low
    into[at + i + 1] = (into[at + i + 1] ?? 0) - (subtrahend[i + 1] ?? 0) - (low < 0 ? 1 : 0)
  }
}

/** The words as little-endian bytes, 8 for each value. Shares memory. */
export function toBytes(words: Words): Uint8Array<ArrayBuffer> {
  refuseBigEndian()
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

/** Little-endian bytes as words. Copies only where memory is not aligned. Throws RangeError when no multiple of 8. */
export function fromBytes(bytes: Uint8Array): Words {
  refuseBigEndian()
  if (bytes.length % 8 !== 0) throw new RangeError('Each value has 8 bytes')
  const aligned = bytes.byteOffset % 4 === 0 && bytes.buffer instanceof ArrayBuffer
  const { buffer, byteOffset } = aligned ? bytes : Uint8Array.from(bytes)
  // Safe: either checked to be an ArrayBuffer, or made here.
  return new Uint32Array(buffer as ArrayBuffer, byteOffset, bytes.length / 4)
}

function refuseBigEndian() {
  if (endianness() !== 'LE') throw new Error('The secure sum needs a little-endian machine')
}
