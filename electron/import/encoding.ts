import { isAscii, isUtf8 } from 'node:buffer'
import type { Encoding, EncodingReading } from '#domain/importing.ts'
import { guessEncoding } from './encodings/guess.ts'
import { openStream, type Stream } from './encodings/names.ts'

/** Turns a file's bytes, whatever their encoding, into text as they come. */
export interface Decoder {
  /** What is complete so far; a cut character waits for the next bytes. */
  write(bytes: Uint8Array): string
  end(): string
  /** What the file turned out to be; 'ascii' when no byte said otherwise. */
  encoding(): string
  /** Ways to read the file, the likeliest first, where its bytes leave a doubt; none otherwise. */
  readings(): readonly EncodingReading[]
}

const NOTHING = new Uint8Array()
const MARKS = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const
/** So many bytes show a mark, or that every other byte is zero. */
const BEGINNING = 64
/** How Japanese mail (ISO-2022-JP) begins characters of two bytes. */
const JAPANESE = Buffer.from('\u001B$')
/** So many bytes from the first beyond ASCII on are looked at before it is said what they are. */
const EVIDENCE = 64 * 1024

/**
 * The first bytes decide by their mark or by their zeros; without either, the bytes from the first one over 127 on decide: UTF-8
 * when they are valid UTF-8, else what their words are likeliest to be written in. Until then the file is ASCII, which is the
 * same in all of these, but for Japanese mail, which begins its characters with an escape. `chosen` is a person's word instead.
 */
export function createDecoder(chosen: Encoding | null = null): Decoder {
  let encoding: Encoding | null = chosen
  let first = true
  let half = ''
  let pending: Uint8Array = NOTHING
  let stream: Stream | null = chosen && chosen !== 'utf-8' ? openStream(chosen) : null
  let readings: readonly EncodingReading[] = []

  function settle(name: Encoding) {
    encoding = name
    if (name !== 'utf-8') stream = openStream(name)
  }
  /** Looks for a mark once there are enough bytes for one; returns the bytes after it, or null while there are too few. */
  function begin(bytes: Uint8Array, last: boolean): Uint8Array | null {
    if (bytes.length < BEGINNING && !last) return null
    first = false
    const marked = MARKS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte))
    if (encoding === null) {
      const name = marked?.encoding ?? zeroed(bytes)
      if (name) settle(name)
    }
    // iconv takes the marks of UTF-16 away by itself.
    return marked?.encoding === 'utf-8' && encoding === 'utf-8' ? bytes.subarray(3) : bytes
  }
  function take(chunk: Uint8Array, last: boolean): string {
    const all = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
    const bytes = first ? begin(all, last) : all
    pending = bytes ? NOTHING : all.slice()
    return bytes ? decode(bytes, last) : ''
  }
  function decode(bytes: Uint8Array, last: boolean): string {
    if (stream) return whole(stream.write(bytes) + (last ? stream.end() : ''), last)
    const length = last ? bytes.length : bytes.length - cutBytes(bytes)
    const ready = bytes.subarray(0, length)
    if (encoding === null && !isPlain(ready)) return find(ready, bytes, last) ? decode(bytes, last) : ''
    pending = bytes.slice(length)
    return Buffer.from(ready.buffer, ready.byteOffset, ready.length).toString('utf8')
  }
  /** Says what the bytes are written in; false while they wait for more. */
  function find(ready: Uint8Array, bytes: Uint8Array, last: boolean): boolean {
    const ways = findOut(ready, bytes, last)
    if (!ways) pending = bytes.slice()
    if (ways && ways.length > 1) readings = ways
    if (ways) settle(ways[0].encoding)
    return ways !== null
  }
  /** Halves of a character that UTF-16 writes in two wait for each other; one that stays alone is no character. */
  function whole(text: string, last: boolean): string {
    const all = half + text
    const code = all.charCodeAt(all.length - 1)
    const isCut = !last && code >= 0xd800 && code <= 0xdbff
    half = isCut ? all.slice(-1) : ''
    return (isCut ? all.slice(0, -1) : all).toWellFormed()
  }
  return {
    write: (bytes) => take(bytes, false),
    end: () => take(NOTHING, true),
    encoding: () => encoding ?? 'ascii',
    readings: () => readings,
  }
}

/** UTF-16 without a mark: delimiters and digits, and most Latin letters, have a zero for their other byte, always on one side. */
function zeroed(bytes: Uint8Array): Encoding | null {
  const pairs = Math.floor(Math.min(bytes.length, BEGINNING) / 2)
  let [even, odd] = [0, 0]
  for (let at = 0; at < pairs * 2; at += 2) {
    if (bytes[at] === 0) even += 1
    if (bytes[at + 1] === 0) odd += 1
  }
  if (pairs < 2 || Math.max(even, odd) < 2 || Math.min(even, odd) > 0) return null
  const name = odd > 0 ? 'utf-16le' : 'utf-16be'
  return Math.max(even, odd) > pairs * 0.6 || isTextIn(name, bytes.subarray(0, pairs * 2)) ? name : null
}

/** Whether bytes are nothing but signs that there are, and marks of lines and tabs. */
function isTextIn(encoding: Encoding, bytes: Uint8Array): boolean {
  const text = openStream(encoding)
    .write(bytes)
    .replace(/[\t\r\n]/g, '')
  // A character of two halves may be cut at the end.
  return !/[\p{Cc}\p{Cn}\p{Co}\p{Cs}\uFFFD]/u.test(text.replace(/[\uD800-\uDBFF]$/, ''))
}

/** The ways to read bytes of which one is beyond ASCII, the likeliest first; null while there are too few of them to tell. */
function findOut(
  ready: Uint8Array,
  bytes: Uint8Array,
  last: boolean,
): [EncodingReading, ...EncodingReading[]] | null {
  const from = ready.findIndex((byte) => byte > 127)
  if (from < 0) return [{ encoding: 'iso-2022-jp', words: [] }]
  if (isMostlyUtf8(ready)) return [{ encoding: 'utf-8', words: [] }]
  if (!last && bytes.length - from < EVIDENCE) return null
  // A word begins with letters of ASCII, too.
  return guessEncoding(bytes.subarray(Math.max(0, from - BEGINNING), from + EVIDENCE))
}

/** Whether bytes are the same in all encodings that a file may be in. */
function isPlain(bytes: Uint8Array): boolean {
  return isAscii(bytes) && !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(JAPANESE)
}

/** What stands in the place of bytes that are no character. */
const DAMAGED = 0xfffd

/** Whether bytes are UTF-8, but for a damaged character among many: its line is refused, and the others are right. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  if (isUtf8(bytes)) return true
  const signs = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  let [beyond, damaged] = [0, 0]
  for (let at = 0; at < signs.length; at += 1) {
    const code = signs.charCodeAt(at)
    if (code > 127) beyond += 1
    if (code === DAMAGED) damaged += 1
  }
  return beyond >= 4 * damaged
}

/** How many bytes at the end begin a UTF-8 character that is not complete: 0 to 3. */
function cutBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
  }
  return 0
}
