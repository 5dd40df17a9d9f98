/** Keys and hashes inside a sentence, which are set in the type for codes. */
const CODE = /(\b[0-9a-f]{64}\b|\b12D3KooW[1-9A-HJ-NP-Za-km-z]{44}\b)/

/** A line cut into words and codes; put together again they are the line. */
export function pieces(line: string): { text: string; code: boolean }[] {
  return line
    .split(CODE)
    .map((text, i) => ({ text, code: i % 2 === 1 }))
    .filter(({ text }) => text !== '')
}

/** Whether a line warns: the engine writes what must not be overlooked in capitals. */
export function isWarning(line: string): boolean {
  return /\b(WARNING|OFF)\b/.test(line)
}
