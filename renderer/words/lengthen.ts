const accents: Record<string, string> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', O: 'Ó' }

/** The same words, every sentence in brackets and about 40% longer: what does not fit, or has no words, shows. */
export function lengthen<T>(words: T): T {
  return change(words) as T // each value is replaced by one of its own kind
}

function change(value: unknown): unknown {
  if (typeof value === 'string') return longer(value)
  if (typeof value === 'function') return (...inputs: unknown[]) => change(Reflect.apply(value, null, inputs))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'locale' || key === 'language' ? inner : change(inner),
    ]),
  )
}

function longer(text: string): string {
  if (text.startsWith('[')) return text
  const accented = text.replace(/[aeiouAEO]/g, (letter) => accents[letter] ?? letter)
  // In pieces, as words are, so that a long sentence can be broken.
  const more = '~'.repeat(Math.ceil(text.length * 0.4)).replace(/~{8}(?=~)/g, '~~~~~~~ ')
  return `[${accented}${more}]`
}
