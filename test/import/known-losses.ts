import { mutate, numbersOf } from './fuzz.ts'
import { brokenTable, madeTable, type MadeTable } from './made-tables.ts'
import { lostIn } from './told.ts'

/** What came of files whose cells are known. */
export interface Losses {
  readonly files: number
  readonly refused: number
  /** Cells that the files hold, as their maker counts them. */
  readonly cells: number
  readonly crashes: readonly string[]
  /** Files with cells that are neither kept nor listed. */
  readonly losses: readonly string[]
}

interface Known {
  readonly bytes: Uint8Array
  readonly cells: MadeTable['cells']
}

/** What people and laboratories write around a number. */
const AROUND: readonly ((word: string) => string)[] = [
  (word) => `<${word}`,
  (word) => `> ${word}`,
  (word) => `${word} mg`,
  (word) => `'${word}`,
  (word) => `${word} *`,
  (word) => `~${word}`,
  (word) => `${word} or so`,
  (word) => `(${word})`,
  (word) => `="${word}"`,
]
const NOTHING = ['#NULL!', 'NA', '--', 'n/a', '?', 'see note', '0000-00-00']

/** A made table in which numbers have something around them, and some cells say that there is none. */
function oddTable(seed: number): Known {
  const { text, cells } = madeTable(seed)
  const next = numbersOf(seed + 2_000_000)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] ?? all[0]!
  const share = next() * 0.3
  let odd = text
  const kept = cells.filter(({ word }) => {
    if (!/^\d+(?:\.\d)?$/.test(word) || next() > share) return true
    const isGone = next() < 0.3
    odd = odd.replace(new RegExp(`\\b${word.replace('.', '\\.')}\\b`), () =>
      isGone ? pick(NOTHING) : pick(AROUND)(word),
    )
    return !isGone
  })
  return { bytes: Buffer.from(odd), cells: kept }
}

/** A made table with bytes changed, cut, doubled and put in anywhere: its cells are those that still stand in it as they were. */
function mutatedTable(seed: number): Known {
  const { text, cells } = madeTable(seed)
  const bytes = mutate(Buffer.from(text), numbersOf(seed + 3_000_000))
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .split(/\r\n|\r|\n/)
  const known = new Set(cells.map(({ word }) => word))
  const found = lines.flatMap((line, at) =>
    line.split(/[,;|\t"]/).flatMap((word) => (known.has(word) ? [{ word, line: at + 1 }] : [])),
  )
  return { bytes, cells: found }
}

const brokenFile = (seed: number): Known => {
  const { text, cells } = brokenTable(seed)
  return { bytes: Buffer.from(text), cells }
}
const MAKERS = [brokenFile, oddTable, mutatedTable]

/** Reads files whose cells are known, and finds those that are neither kept nor listed. */
export async function countLosses(first: number, files: number): Promise<Losses> {
  const crashes: string[] = []
  const losses: string[] = []
  let [refused, cells] = [0, 0]
  for (let seed = first; seed < first + files; seed += 1) {
    const known = MAKERS[seed % MAKERS.length]?.(seed)
    if (!known) continue
    cells += known.cells.length
    try {
      const lost = await lostIn(known.bytes, known.cells)
      if (lost === null) refused += 1
      else if (lost.length > 0) losses.push(`seed ${seed}: ${lost.slice(0, 3).join(', ')}`)
    } catch (error) {
      crashes.push(`seed ${seed}: ${error instanceof Error ? error.message : 'unknown'}`)
    }
  }
  return { files, refused, cells, crashes, losses }
}
