import { plainName } from '#import/concepts.ts'

/** More are no help. */
const MOST = 2
const LIKELY = 0.5

/** Names that somebody may have meant by one that is not there, the likeliest first, two at most. */
export function namesLike(wanted: string, names: readonly string[]): string[] {
  const plain = plainName(wanted)
  const scored = names.map((name) => {
    const own = plainName(name)
    return { name, like: own === plain ? 1 : likeness(plain, own) }
  })
  const likely = scored.filter(({ like }) => like >= LIKELY).toSorted((a, b) => b.like - a.like)
  // What differs only in how it is written is what was meant.
  const meant = likely.filter(({ like }) => like === 1)
  return (meant.length > 0 ? meant : likely).slice(0, MOST).map((one) => one.name)
}

/** Dice's coefficient over pairs of letters: 1 for equal names, 0 for nothing in common. */
export function likeness(a: string, b: string): number {
  const [first, second] = [pairsOf(a), pairsOf(b)]
  if (first.length === 0 || second.length === 0) return 0
  const left = new Map<string, number>()
  for (const pair of first) left.set(pair, (left.get(pair) ?? 0) + 1)
  let common = 0
  for (const pair of second) {
    const count = left.get(pair) ?? 0
    if (count > 0) common += 1
    left.set(pair, count - 1)
  }
  return (2 * common) / (first.length + second.length)
}

function pairsOf(text: string): string[] {
  const plain = text.replaceAll(' ', '')
  return Array.from({ length: Math.max(0, plain.length - 1) }, (_, at) => plain.slice(at, at + 2))
}
