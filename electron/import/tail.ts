import { AppError } from '#domain/errors.ts'
import type { LeftOut } from '#domain/importing.ts'

/** The mark that DOS writes at the end of a text. */
const END_OF_FILE = 0x1a

/**
 * Cuts off what programs leave behind the end of a text that comes in pieces: zero bytes and the mark of DOS. Throws
 * 'file-unreadable' where text comes after zero bytes, since such a file is none.
 */
export function createTail() {
  let count = 0
  return {
    cut(text: string): string {
      if (count === 0 && !text.includes('\0') && !text.includes('\u001a')) return text
      const { at, marks } = tailOf(text)
      if (text.slice(0, at).includes('\0') || (count > 0 && at > 0))
        throw new AppError('file-unreadable', 'The file is not text')
      count += marks
      return marks === 0 ? text : text.slice(0, at)
    },
    leftOut: (): LeftOut[] => (count > 0 ? [{ kind: 'end', count, lines: [] }] : []),
  }
}

/** Where the blanks, zero bytes and marks at the end of a text begin, and how many of them are no blanks. */
function tailOf(text: string): { at: number; marks: number } {
  let [at, marks] = [text.length, 0]
  for (; at > 0; at -= 1) {
    const code = text.charCodeAt(at - 1)
    if (code === 0 || code === END_OF_FILE) marks += 1
    else if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break
  }
  return { at, marks }
}
