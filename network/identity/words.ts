import { wordlist } from '@scure/bip39/wordlists/english.js'

/** The six words of a digest: its first 66 bits. */
export function wordsOf(digest: Uint8Array): string[] {
  const bits = [...digest.subarray(0, 9)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length: 6 }, (_, i) => wordOf(Number.parseInt(bits.slice(i * 11, i * 11 + 11), 2)))
}

function wordOf(index: number): string {
  const word = wordlist[index]
  if (word === undefined) throw new RangeError('The list has 2048 words')
  return word
}
