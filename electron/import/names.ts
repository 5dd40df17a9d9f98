const MAX_LENGTH = 200

/** What was changed in a header so that every column has a name of its own. Positions from 1. */
export interface NameNote {
  readonly position: number
  readonly why: 'empty' | 'duplicate' | 'too-long'
}

/** Makes a header's names visible, unique and short enough. */
export function nameColumns(header: readonly string[]): { names: string[]; notes: NameNote[] } {
  const notes: NameNote[] = []
  const taken = new Set<string>()
  const names = header.map((text, index) => {
    const position = index + 1
    const plain = text.replace(/\s+/g, ' ').trim()
    if (plain === '') notes.push({ position, why: 'empty' })
    if (plain.length > MAX_LENGTH) notes.push({ position, why: 'too-long' })
    const wanted = plain === '' ? `column ${position}` : plain.slice(0, MAX_LENGTH).toWellFormed()
    const name = free(wanted, taken)
    if (name !== wanted && plain !== '') notes.push({ position, why: 'duplicate' })
    taken.add(name)
    return name
  })
  return { names, notes }
}

/**
 * One name for each column of a header of several lines. A name over a group of columns, as merged cells leave it, goes for the
 * columns to its right up to the next; a name of the last line stands alone where nothing is above it.
 */
export function joinedNames(lines: readonly (readonly string[])[]): string[] {
  const width = Math.max(...lines.map(({ length }) => length), 0)
  if (lines.length < 2) return [...(lines[0] ?? [])]
  const filled = lines.map((line, depth) =>
    depth === lines.length - 1 ? line : carried(line, lines.slice(depth + 1)),
  )
  return Array.from({ length: width }, (_, at) =>
    [...new Set(filled.map((line) => (line[at] ?? '').trim()).filter((text) => text !== ''))].join(' '),
  )
}

/** A line of groups with each name carried on to the empty cells on its right that have a name below. */
function carried(line: readonly string[], below: readonly (readonly string[])[]): string[] {
  const width = Math.max(line.length, ...below.map(({ length }) => length))
  let group = ''
  return Array.from({ length: width }, (_, at) => {
    const own = (line[at] ?? '').trim()
    const isNamed = below.some((one) => (one[at] ?? '').trim() !== '')
    // A name with nothing below it stands over its own column alone.
    if (own !== '') group = isNamed ? own : ''
    return own !== '' ? own : isNamed ? group : ''
  })
}

function free(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name); number += 1) {
    const end = ` (${number})`
    name = wanted.slice(0, MAX_LENGTH - end.length).toWellFormed() + end
  }
  return name
}
