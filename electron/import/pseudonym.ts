import { createHmac } from 'node:crypto'

/** Gives a number of a patient or an examination the keyed name that it has in every table of this institution. */
export type Pseudonym = (word: string) => string

/**
 * An identifier as it is compared: Unicode form, invisible marks, zeros of padding and blanks around or doubled do not tell two
 * apart. Letters and leading zeros do.
 */
export function plainIdentifier(word: string): string {
  return word
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, (marks) => (/\s/.test(marks) ? ' ' : ''))
    .trim()
}

/** Keyed names: the first 80 bits of HMAC-SHA-256 (RFC 2104) under the institution's secret, in hex. */
export function createPseudonym(secret: Uint8Array): Pseudonym {
  return (word) =>
    createHmac('sha256', secret).update(plainIdentifier(word), 'utf8').digest('hex').slice(0, 20)
}
