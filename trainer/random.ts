import { createCipheriv, createHash } from 'node:crypto'

const CHUNK_BYTES = 16 * 1024

/** An endless stream of random words that depends on its seed alone: the same on every machine. */
export interface Stream {
  /** The next word, 0 to 2^32 - 1. */
  word(): number
  /** A real number in [0, 1), a multiple of 2^-32. */
  real(): number
  /** A whole number in [0, below), without bias; `below` is at most 2^32. */
  below(below: number): number
}

/** AES-256 in counter mode (NIST SP 800-38A) under SHA-256(label, parts). One label for each purpose. */
export function createStream(label: string, ...parts: readonly Uint8Array[]): Stream {
  const hash = createHash('sha256').update(`murmuration ${label}\n`)
  for (const part of parts) hash.update(Uint8Array.of(part.length & 255, part.length >>> 8)).update(part)
  const cipher = createCipheriv('aes-256-ctr', hash.digest(), Buffer.alloc(16))
  const zeros = Buffer.alloc(CHUNK_BYTES)
  let chunk = new DataView(new ArrayBuffer(0))
  let at = 0

  function word(): number {
    if (at === chunk.byteLength) {
      const { buffer, byteOffset, byteLength } = cipher.update(zeros)
      chunk = new DataView(buffer, byteOffset, byteLength)
      at = 0
    }
    const value = chunk.getUint32(at, true)
    at += 4
    return value
  }

  return {
    word,
    real: () => word() / 2 ** 32,
    below: (below) => {
      for (;;) {
        const value = word()
        // Only the last words can lie in the part that would favour small numbers: nearly none is looked at twice.
        if (value >= 2 ** 32 - below && value >= 2 ** 32 - (2 ** 32 % below)) continue
        // Whole numbers stay whole: a remainder of reals is twenty times slower.
        return below === 2 ** 32 ? value : (value >>> 0) % (below >>> 0)
      }
    },
  }
}

/** Puts numbers in random order, in place (Fisher and Yates). */
export function shuffle(numbers: Uint32Array, stream: Stream): void {
  for (let i = numbers.length - 1; i > 0; i--) {
    const j = stream.below(i + 1)
    const kept = numbers[i] as number // safe: both lie in the array
    numbers[i] = numbers[j] as number
    numbers[j] = kept
  }
}
