import { isAscii, isUtf8 } from 'node:buffer'
import { detect } from 'chardet'
import iconv from 'iconv-lite'

/** Turns a file's bytes, whatever their encoding, into UTF-8 bytes as they come. */
export interface Decoder {
  /** UTF-8 of what is complete so far; a cut character waits for the next bytes. */
  write(bytes: Uint8Array): Uint8Array
  end(): Uint8Array
  /** What the file turned out to be; 'ascii' when no byte said otherwise. */
  encoding(): string
}

const NOTHING = new Uint8Array()
const MARKS = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const
const LONGEST_MARK = 3
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
 * The first bytes decide by their mark; without one, the first run of bytes with one over 127 decides: UTF-8 when it is
 * valid UTF-8, else Windows-1252 or what chardet is sure of. Until then the file is ASCII, which is the same in all of these.
 */
export function createDecoder(): Decoder {
  let encoding: string | null = null
  let first = true
  let pending: Uint8Array = NOTHING
  let stream: ReturnType<typeof iconv.getDecoder> | null = null

  function settle(name: string) {
    encoding = name
    if (name !== 'utf-8') stream = iconv.getDecoder(name, { stripBOM: true })
  }
  /** Looks for a mark once there are enough bytes for one; returns the bytes after it, or null while there are too few. */
  function afterMark(bytes: Uint8Array): Uint8Array | null {
    if (bytes.length < LONGEST_MARK) return null
    const marked = MARKS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte))
    if (marked) settle(marked.encoding)
    first = false
    return marked?.encoding === 'utf-8' ? bytes.subarray(LONGEST_MARK) : bytes
  }
  function write(chunk: Uint8Array): Uint8Array {
    const all = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
    const bytes = first ? afterMark(all) : all
    pending = bytes ? NOTHING : all.slice()
    if (!bytes) return NOTHING
    if (encoding === null && !isAscii(bytes)) {
      const whole = bytes.length - cutBytes(bytes)
      // Too little to tell by: what may be half a character waits for the next bytes.
      if (isAscii(bytes.subarray(0, whole))) {
        pending = bytes.slice(whole)
        return bytes.subarray(0, whole)
      }
      settle(guess(bytes))
    }
    return stream ? Buffer.from(stream.write(Buffer.from(bytes))) : bytes
  }
  function end(): Uint8Array {
    if (encoding === null && !isAscii(pending)) settle('windows-1252')
    if (!stream) return pending
    return Buffer.from(stream.write(Buffer.from(pending)) + (stream.end() ?? ''))
  }
  return {
    write,
    end,
    encoding: () => encoding ?? 'ascii',
  }
}

function guess(bytes: Uint8Array): string {
  if (isUtf8(bytes.subarray(0, bytes.length - cutBytes(bytes)))) return 'utf-8'
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
