import { BACKSLASH, type Marks } from './marks.ts'

/** The quote that closes a cell; `at` is -1 where there is none, and `isOpen` says that it may still come. */
interface Closing {
  at: number
  /** A quote stands in the cell, written in the file's own way. */
  escaped: boolean
  isOpen: boolean
}

/** Finds the quote that closes a cell whose text begins at `from`. What it returns is written over by the next call. */
export function createQuoteFinder(quote: string, escape: Marks['escape']) {
  const mark = quote.charCodeAt(0)
  const backslash = escape === 'backslash'
  const found: Closing = { at: -1, escaped: false, isOpen: false }

  function isEscaped(text: string, at: number, from: number): boolean {
    let count = 0
    for (let before = at - 1; before >= from && text.charCodeAt(before) === BACKSLASH; before -= 1) count += 1
    return count % 2 === 1
  }
  function none(isOpen: boolean): Closing {
    found.at = -1
    found.isOpen = isOpen
    return found
  }
  return function find(text: string, from: number, last: boolean): Closing {
    found.escaped = backslash
    let at = from
    for (;;) {
      const place = text.indexOf(quote, at)
      if (place < 0 || (place + 1 >= text.length && !last)) return none(!last)
      if (backslash && isEscaped(text, place, from)) at = place + 1
      else if (!backslash && text.charCodeAt(place + 1) === mark) {
        found.escaped = true
        at = place + 2
      } else {
        found.at = place
        return found
      }
    }
  }
}
