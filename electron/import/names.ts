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

function free(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name); number += 1) {
    const end = ` (${number})`
    name = wanted.slice(0, MAX_LENGTH - end.length).toWellFormed() + end
  }
  return name
}
