import type { LeftOut } from '#domain/importing.ts'

const MAX_LINES = 1000

/** Counts lines that are not taken into a table, by what they are. */
export function createLeftOut() {
  const found = new Map<LeftOut['kind'], { count: number; lines: number[] }>()
  return {
    /** Some lines, the first of which is `line`. */
    add(kind: LeftOut['kind'], line: number, lines = 1) {
      const known = found.get(kind) ?? { count: 0, lines: [] }
      found.set(kind, known)
      known.count += lines
      for (let at = line; at < line + lines && known.lines.length < MAX_LINES; at += 1) known.lines.push(at)
    },
    list: (): LeftOut[] => [...found].map(([kind, { count, lines }]) => ({ kind, count, lines: [...lines] })),
  }
}
