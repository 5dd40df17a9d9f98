import { isAscii, isUtf8 } from 'node:buffer'
import { detect } from 'chardet'
import iconv from 'iconv-lite'
import type { Encoding } from '#domain/importing.ts'

/** Turns a file's bytes, whatever their encoding, into text as they come. */
export interface Decoder {
  /** What is complete so far; a cut character waits for the next bytes. */
  write(bytes: Uint8Array): string
  end(): string
  /** What the file turned out to be; 'ascii' when no byte said otherwise. */
  encoding(): string
}

const NOTHING = new Uint8Array()
const MARKS = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const
/** So many bytes show a mark, or that every other byte is zero. */
const BEGINNING = 64
/** What chardet may say of bytes that are not UTF-8; anything else is taken for Windows-1252. */
const BELIEVED = new Set([
  'ISO-8859-2',
  'windows-1250',
  'windows-1251',
  'Shift_JIS',
  'EUC-JP',
  'EUC-KR',
  'Big5',
  'GB18030',
])
/** Bytes over 127 that chardet needs to see before it is believed: under that it guesses. */
const ENOUGH_EVIDENCE = 64

/**
 * The first bytes decide by their mark or by their zeros; without either, the first run of bytes with one over 127 decides:
 * UTF-8 when it is valid UTF-8, else Windows-1252 or what chardet is sure of. Until then the file is ASCII, which is the same
 * in all of these. `chosen` is a person's word instead.
 */
export function createDecoder(chosen: Encoding | null = null): Decoder {
  let encoding: string | null = chosen
  let first = true
  let half = ''
  let pending: Uint8Array = NOTHING
  let stream: ReturnType<typeof iconv.getDecoder> | null = chosen && chosen !== 'utf-8' ? open(chosen) : null

  function settle(name: string) {
    encoding = name
    if (name !== 'utf-8') stream = open(name)
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
    if (stream) return whole(stream.write(Buffer.from(bytes)) + (last ? (stream.end() ?? '') : ''), last)
    const length = last ? bytes.length : bytes.length - cutBytes(bytes)
    const ready = bytes.subarray(0, length)
    if (isAscii(ready)) {
      pending = bytes.slice(length)
      return Buffer.from(ready.buffer, ready.byteOffset, ready.length).toString('latin1')
    }
    if (encoding === null) settle(guess(bytes, length))
    if (stream) return decode(bytes, last)
    pending = bytes.slice(length)
    return Buffer.from(ready.buffer, ready.byteOffset, ready.length).toString('utf8')
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
  }
}

function open(name: string) {
  return iconv.getDecoder(name, { stripBOM: true })
}

/** UTF-16 without a mark: in most Latin text every other byte is zero. */
function zeroed(bytes: Uint8Array): Encoding | null {
  const pairs = Math.floor(Math.min(bytes.length, BEGINNING) / 2)
  let [even, odd] = [0, 0]
  for (let at = 0; at < pairs * 2; at += 2) {
    if (bytes[at] === 0) even += 1
    if (bytes[at + 1] === 0) odd += 1
  }
  if (pairs > 1 && odd > pairs * 0.6 && even === 0) return 'utf-16le'
  return pairs > 1 && even > pairs * 0.6 && odd === 0 ? 'utf-16be' : null
}

function guess(bytes: Uint8Array, whole: number): string {
  if (isUtf8(bytes.subarray(0, whole))) return 'utf-8'
  const evidence = bytes.reduce((sum, byte) => sum + (byte > 127 ? 1 : 0), 0)
  const said = evidence >= ENOUGH_EVIDENCE ? detect(bytes.subarray(0, 65_536)) : null
  return said && BELIEVED.has(said) ? said : 'windows-1252'
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
