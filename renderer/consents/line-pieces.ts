/** Keys and hashes inside a sentence, and days, which are not to be broken over two lines. */
const CODE = /(\b[0-9a-f]{64}\b|\b12D3KooW[1-9A-HJ-NP-Za-km-z]{44}\b)/
const DAY = /(\b\d{4}-\d{2}-\d{2}\b)/
/** A short name before a colon, as in "Legal basis: not given". */
const NAMED = /^([A-Z][^.:]{2,48}:) /

/** A part of a line and how it is set. */
export interface Piece {
  readonly text: string
  readonly as: 'words' | 'name' | 'code' | 'day'
}

/** A line cut into pieces; put together again they are the line. */
export function pieces(line: string): Piece[] {
  const name = NAMED.exec(line)?.[1] ?? ''
  const rest = cut(line.slice(name.length), CODE, 'code').flatMap((piece) =>
    piece.as === 'code' ? [piece] : daysIn(piece.text),
  )
  return name ? [{ text: name, as: 'name' }, ...rest] : rest
}

/** A text cut at its days; put together again the pieces are the text. */
export function daysIn(text: string): Piece[] {
  return cut(text, DAY, 'day')
}

function cut(text: string, by: RegExp, as: Piece['as']): Piece[] {
  return text
    .split(by)
    .map((part, i): Piece => ({ text: part, as: i % 2 === 1 ? as : 'words' }))
    .filter((piece) => piece.text !== '')
}

/** Whether a line warns: the engine writes what must not be overlooked in capitals. */
export function isWarning(line: string): boolean {
  return /\b(WARNING|OFF)\b/.test(line)
}
