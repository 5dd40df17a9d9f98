import { createHash } from 'node:crypto'
import type { Scratch } from './scratch.ts'

/** A run of cells as the store takes it, and what stands for its values in a digest. */
interface Run {
  readonly words: string[]
  readonly codes: Uint32Array
  readonly marks: Float64Array
}

/** The different values of a column of texts, numbered from 1, each marked for the digest once. */
export interface TextValues {
  numberOf(value: string): number
  /** From now on new values belong to one chunk alone, until they are forgotten. */
  share(): void
  /** The cells of values by their numbers, where 0 is missing; what it returns stands where the numbers did. */
  run(numbers: Uint32Array): Run
  forgetOwn(): void
}

export function createTextValues(scratch: Scratch): TextValues {
  const shared = new Map<string, number>()
  const own = new Map<string, number>()
  const values: string[] = []
  // Of each value two, behind those of a missing one.
  const marks: number[] = [0, 0]
  /** Where each value stands among the words of a run; 0 for those that are not there. */
  let places = new Uint32Array(64)
  let isShared = false

  function numberOf(value: string): number {
    const known = shared.get(value) ?? own.get(value)
    if (known !== undefined) return known
    const number = values.push(value)
    marks.push(...markOf(value))
    const map = isShared ? own : shared
    map.set(value, number)
    return number
  }
  function run(numbers: Uint32Array): Run {
    const words: string[] = []
    const stood = scratch.marks(numbers.length * 2)
    if (places.length <= values.length) places = new Uint32Array(2 * values.length)
    places.fill(0, 0, values.length + 1)
    for (let row = 0; row < numbers.length; row += 1) {
      const number = numbers[row] ?? 0
      stood[2 * row] = marks[2 * number] ?? 0
      stood[2 * row + 1] = marks[2 * number + 1] ?? 0
      if (number > 0) numbers[row] = places[number] ||= words.push(values[number - 1] ?? '')
    }
    return { words, codes: numbers, marks: stood }
  }
  return {
    numberOf,
    share: () => void (isShared = true),
    run,
    forgetOwn() {
      own.clear()
      values.length = shared.size
      marks.length = 2 * shared.size + 2
    },
  }
}

/** What stands for cells in a digest, where they are there as words and the numbers of these. */
export function marksOf(words: readonly string[], codes: Uint32Array): Float64Array {
  const marks = words.map((word) => markOf(word))
  const all = new Float64Array(codes.length * 2)
  for (let row = 0; row < codes.length; row += 1) {
    const mark = marks[(codes[row] ?? 0) - 1]
    all[2 * row] = mark?.[0] ?? 0
    all[2 * row + 1] = mark?.[1] ?? 0
  }
  return all
}

/** 104 bits of SHA-256 of a word, as two whole numbers. */
function markOf(word: string): readonly [number, number] {
  const bytes = createHash('sha256').update(word, 'utf8').digest()
  return [upTo52Bits(bytes, 0), upTo52Bits(bytes, 8)]
}

function upTo52Bits(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) * 2 ** 20 + (bytes.readUInt32LE(at + 4) >>> 12)
}
