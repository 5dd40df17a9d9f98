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

type Read = Awaited<ReturnType<typeof readDirectly>>

/** Cells that stand in a column as words and are neither values nor listed once it has its type: missing by no code, and not counted as unreadable. */
function lostByTypes(typed: Read, words: Read): string[] {
  return typed.columns.flatMap(({ name, missingCodes }, at) => {
    const place = words.names.indexOf(name)
    if (place < 0) return []
    const codes = new Set(missingCodes)
    const gone = typed.rows.filter((row, number) => {
      const word = words.rows[number]?.[place] ?? null
      return row[at] === null && word !== null && !codes.has(String(word))
    })
    const told = typed.profile[at]?.suspicious.find(({ kind }) => kind === 'unreadable')?.rows ?? 0
    return gone.length > told ? [`${gone.length - told} cells of ${name}`] : []
  })
}

/**
 * The cells of a file that are neither kept as they are written nor stand on a line that is listed, and those that are lost by the
 * types of their columns without being counted; null where the file is refused.
 */
export async function lostIn(bytes: Uint8Array, cells: MadeTable['cells']): Promise<string[] | null> {
  try {
    const typed = await readDirectly(bytes)
    const edits = typed.names.map((column) => ({ column, type: 'text' as const, action: 'keep' as const }))
    const found = await readDirectly(bytes, 1 << 20, {}, edits)
    const listed = listedLines(found)
    const kept = [...found.names, ...found.rows.flat()].join('\n')
    const words = new Set(kept.split(/[^\w.-]+/))
    const lost = cells.filter(
      ({ word, line }) => !words.has(word) && !listed.has(line) && !kept.includes(word),
    )
    return [...lost.map(({ word, line }) => `${word} of line ${line}`), ...lostByTypes(typed, found)]
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal') return null
    throw error
  }
}

/** As `lostIn`, of a file that was made. */
export function lostCells({ text, cells }: MadeTable): Promise<string[] | null> {
  return lostIn(Buffer.from(text), cells)
}
