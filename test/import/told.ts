import { AppError } from '#domain/errors.ts'
import { readDirectly } from './desk.ts'
import type { MadeTable } from './made-tables.ts'

/** Lines that a reading lists: refused with their reason, or left out by kind. */
function listedLines({ rejected, preview }: Awaited<ReturnType<typeof readDirectly>>): Set<number> {
  const listed = new Set(preview?.shape?.leftOut.flatMap(({ lines }) => lines))
  for (const { line, reason } of rejected) {
    const last = Number(/the lines to (\d+)/.exec(reason)?.[1] ?? line)
    for (let at = line; at <= last; at += 1) listed.add(at)
  }
  return listed
}

/** The cells of a file that are neither kept as they are written nor stand on a line that is listed; null where it is refused. */
export async function lostCells({ text, cells }: MadeTable): Promise<string[] | null> {
  try {
    const bytes = Buffer.from(text)
    const { names } = await readDirectly(bytes)
    const found = await readDirectly(
      bytes,
      1 << 20,
      {},
      names.map((column) => ({ column, type: 'text' as const, action: 'keep' as const })),
    )
    const listed = listedLines(found)
    const kept = [...found.names, ...found.rows.flat()].join('\n')
    const words = new Set(kept.split(/[^\w.-]+/))
    return cells
      .filter(({ word, line }) => !words.has(word) && !listed.has(line) && !kept.includes(word))
      .map(({ word, line }) => `${word} of line ${line}`)
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal') return null
    throw error
  }
}
