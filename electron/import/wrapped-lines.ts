const WRAPPED = /^"(?:[^"]|"")*"$/
const DELIMITERS = [',', ';', '\t', '|'] as const
const MOST_LINES = 200

/**
 * Whether each line of a text is one cell in quotes that falls into as many cells as all others: a spreadsheet has written a file
 * of lines as a table of one column.
 */
export function areLinesWrapped(text: string): boolean {
  const all = text
    .slice(0, 65_536)
    .split(/\r\n|\r|\n/)
    .slice(0, MOST_LINES)
  // The last line may be cut.
  const lines = all.slice(0, Math.max(2, all.length - 1)).filter((line) => line !== '')
  if (lines.length < 2 || !lines.every((line) => WRAPPED.test(line))) return false
  const count = (line: string, delimiter: string) => line.split(delimiter).length
  return DELIMITERS.some((one) => {
    const width = count(lines[0] ?? '', one)
    return width > 1 && lines.every((line) => count(line, one) === width)
  })
}

const WHOLE = /^"(?:[^"\r\n]|"")*"$/gm

/** Takes the quotes around whole lines away from a text that comes in pieces, where they are wrapped; other lines stay as they are. */
export function createLines(areWrapped: boolean) {
  let rest = ''

  function unwrapped(text: string): string {
    return text.replace(WHOLE, (line) => line.slice(1, -1).replaceAll('""', '"'))
  }
  return {
    push(text: string, last: boolean): string {
      if (!areWrapped) return text
      const all = rest + text
      const end = last ? all.length : lineEnd(all)
      rest = all.slice(end)
      return unwrapped(all.slice(0, end))
    },
    /** What the beginning of the text comes to. */
    peek: (text: string, last: boolean) =>
      areWrapped ? unwrapped(last ? text : text.slice(0, lineEnd(text))) : text,
  }
}

/** The place behind the last line that is whole; a line feed may follow a carriage return at the very end. */
function lineEnd(text: string): number {
  return Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r', text.length - 2)) + 1
}
