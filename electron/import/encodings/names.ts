import iconv from 'iconv-lite'
import type { Encoding } from '#domain/importing.ts'

/** What iconv-lite calls an encoding of ours. */
export function iconvName(encoding: Encoding): string {
  return encoding === 'x-mac-cyrillic' ? 'maccyrillic' : encoding
}

/** Decodes bytes as they come: a cut character waits for the next ones. */
export interface Stream {
  write(bytes: Uint8Array): string
  end(): string
}

/** A decoder of an encoding; the marks of byte order are taken away. */
export function openStream(encoding: Encoding): Stream {
  const name = iconvName(encoding)
  if (!iconv.encodingExists(name)) {
    // Encodings with a state of their own, such as ISO-2022-JP.
    const decoder = new TextDecoder(name)
    return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
  }
  const decoder = iconv.getDecoder(name, { stripBOM: true })
  return { write: (bytes) => decoder.write(Buffer.from(bytes)), end: () => decoder.end() ?? '' }
}
