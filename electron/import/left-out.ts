import type { LeftOut } from '#domain/importing.ts'

const MAX_LINES = 1000

/** Counts lines that are not taken into a table, by what they are. */
export function createLeftOut() {
  const found = new Map<LeftOut['kind'], { count: number; lines: number[] }>()
  return {
    add(kind: LeftOut['kind'], line: number) {
      const known = found.get(kind) ?? { count: 0, lines: [] }
      found.set(kind, known)
      known.count += 1
      if (known.lines.length < MAX_LINES) known.lines.push(line)
    },
    list: (): LeftOut[] => [...found].map(([kind, { count, lines }]) => ({ kind, count, lines: [...lines] })),
  }
}
