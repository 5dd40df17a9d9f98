import { isIPv6 } from 'node:net'
import type { IdentifierClass } from '#domain/identifiers.ts'

const EMAIL = /[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.\p{L}{2,}/u
const URL_LIKE = /(?:https?:\/\/|ftp:\/\/|www\.)[^\s]{3,}/i
const IP4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\/\d{1,2})?$/
const MAC = /^[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}$/i
const SSN = /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/
const CODICE_FISCALE = /^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/
const NINO = /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/
/** Brazil's number with its points. */
const CPF = /^\d{3}\.\d{3}\.\d{3}-\d{2}$/
const IBAN = /^[A-Z]{2}\d{2}[A-Z\d]{11,30}$/
const UK_POSTCODE = /^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$/
const OTHER_POSTCODE =
  /^(?:\d{5}-\d{4}|[1-9]\d{3} [A-Z]{2}|[A-Z]\d[A-Z] \d[A-Z]\d|0\d{4}|\d{2}-\d{3}|\d{5}-\d{3}|\d{3} \d{2})$/
/** Words between the names of a person. */
const PARTICLE = String.raw`(?:[Vv][ao]n|[Dd]e[rnls]?|[Dd]ella|[Dd]i|[Dd][aou]s?|[Ll][ae]|[Aa]f|[Aa]v|[Tt]e[rn]|[Zz]u[rm]?|[Bb]in|[Ii]bn|[Ee]l|[Aa]l|’?t|y)`
const PERSON = new RegExp(
  String.raw`^(?:\p{Lu}\p{Ll}*\.?,? )?\p{Lu}[\p{L}'’]+(?:(?:-|,? )(?:${PARTICLE} ){0,3}\p{Lu}[\p{L}'’.]*){1,3}$`,
  'u',
)
const PHONE = /^(?:\+|00|\()?[\d\s()./-]{7,24}(?:\s?(?:x|ext\.?)\s?\d{1,6})?$/i
const NO_PHONE =
  /^(?:\d{3}-\d{2}-\d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|-?\d+(?:[.,]\d+)?|-?\d+[.,]\d+(?:[ /]-?\d+[.,]\d+)+|\d{1,3}(?:[ .]\d{3})+|\d+ ?[-/] ?\d+|\d{4,5}-\d{3,4}-\d{1,2})$/
/** Written without blanks: numbers do not begin with 0. */
const LOCAL_PHONE = /^0\d{8,10}$/
/** The code of a town and a number in it. */
const WITH_CODE = /^0\d{2,5} ?[-/] ?\d{4,8}$/
/** In a sentence a number with the code of a country is one. */
const WITHIN = /(?:^|[^\d+])(?:\+|00)[1-9]\d{0,2}[ ()/-]{0,2}\d(?:[ ()/-]?\d){6,11}(?!\d)/
const STREET =
  /^(?:\p{L}.*(?:str\.|stra(?:ß|ss)e|street|road|avenue|lane|drive|weg|platz|allee|gasse|straat|laan)\.? ?\d*|\d+[,]? .*(?:street|st\.?|road|rd|avenue|ave|lane|drive|rue|boulevard)\b.*|(?:rue|calle|via|avenida|rua|piazza|plaza) .*\d+.*)$/iu

/** A code of a diagnosis (ICD-10), which thousands of patients share although few of a small table do. */
export function isDiagnosis(text: string): boolean {
  return /^[A-Z]\d{2}(?:\.\d{1,2})?$/.test(text)
}

/** Days without marks between their parts. */
const DAY = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/
const CODED = /^(?:[A-Z]{0,4}[-_ ]?\d{5,12}|\d{5,12}[-_/]\d{1,4})$/i

/** Names that a computer made: UUIDs, and hashes in hex or base 64. */
const HASHED =
  /^(?:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{16,128}|(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/-]{22,88}={0,2})$/i

/** Whether a word is a name that a computer made of another. */
export function isHashed(text: string): boolean {
  return text.length >= 16 && HASHED.test(text)
}

/** How many letters and digits a word has that may be a number given to a patient; 0 for any other word. */
export function givenLength(text: string): number {
  if (isHashed(text)) return text.length
  return CODED.test(text) && !DAY.test(text) ? text.length : 0
}

/** The class that a trimmed text shows by itself; null for most texts. Cheap for numbers of fewer than nine digits. */
export function classOf(text: string): IdentifierClass | null {
  const { length } = text
  if (length < 5 || length > 400) return null
  const digits = digitsOf(text)
  if (digits !== null)
    return digits.length < 9 ? null : (byCheckDigit(digits) ?? (LOCAL_PHONE.test(digits) ? 'phone' : null))
  return byShape(text) ?? byNumber(text)
}

type Test = (text: string) => boolean

/** The first shape that fits decides. */
const SHAPES: readonly (readonly [IdentifierClass, Test])[] = [
  ['email', (text) => text.includes('@') && EMAIL.test(text)],
  ['url', (text) => URL_LIKE.test(text)],
  ['ip-address', (text) => IP4.test(text) || isIPv6(text)],
  ['device-number', (text) => MAC.test(text)],
  ['postcode', (text) => UK_POSTCODE.test(text) || OTHER_POSTCODE.test(text)],
  ['address', (text) => text.length < 100 && STREET.test(text)],
  ['name', (text) => text.length < 60 && PERSON.test(text)],
]

function byShape(text: string): IdentifierClass | null {
  return SHAPES.find(([, test]) => test(text))?.[0] ?? null
}

function byNumber(text: string): IdentifierClass | null {
  if (isNationalNumber(text)) return 'national-number'
  const joined = text.replace(/[\s-]/g, '')
  if (IBAN.test(joined) && isIban(joined)) return 'account-number'
  const digits = digitsOf(CPF.test(text) ? text.replace(/\D/g, '') : joined)
  const checked = digits === null ? null : byCheckDigit(digits)
  return checked ?? (isPhone(text) ? 'phone' : null)
}

function isNationalNumber(text: string): boolean {
  if (SSN.test(text) || CODICE_FISCALE.test(text) || NINO.test(text) || isOfBirthday(text)) return true
  const dni = /^(\d{8})-?([A-Z])$/.exec(text)
  return dni !== null && 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(dni[1]) % 23] === dni[2]
}

/** Numbers that begin with a day of birth, as in the Nordic countries and around the Czech Republic, and go on behind a mark. */
function isOfBirthday(text: string): boolean {
  const parts = /^(\d{2})(\d{2})(\d{2})[-+/A](?:\d{3,4}|\d{3}[A-Z])$/.exec(text)
  if (!parts) return false
  const [first, month, last] = parts.slice(1).map(Number)
  // Czech women have 50 added to their month.
  const isMonth = (month ?? 0) % 50 >= 1 && (month ?? 0) % 50 <= 12
  return isMonth && [first, last].some((day = 0) => day >= 1 && day <= 31)
}

function isPhone(text: string): boolean {
  if (WITHIN.test(text) || isLocal(text)) return true
  if (!PHONE.test(text) || NO_PHONE.test(text)) return false
  const count = text.replace(/(?:x|ext\.?).*$/i, '').replace(/\D/g, '').length
  return count >= 7 && count <= 15
}

function isLocal(text: string): boolean {
  return WITH_CODE.test(text) && text.replace(/\D/g, '').length > 9
}

/** The text when it is digits only, else null. */
function digitsOf(text: string): string | null {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 48 || code > 57) return null
  }
  return text
}

/** National numbers by how many digits they have. */
const NATIONAL = new Map<number, Test>([
  [9, isBsn],
  [10, isNhs],
  [11, (digits) => isPesel(digits) || isCpf(digits)],
  [15, isNir],
])

/** By how national numbers and cards check themselves; one in ten other numbers passes, so a column is judged, not a cell. */
function byCheckDigit(digits: string): IdentifierClass | null {
  const { length } = digits
  if (NATIONAL.get(length)?.(digits)) return 'national-number'
  if (length < 13 || length > 19 || !isLuhn(digits)) return null
  // Cards of fifteen digits begin with 34 or 37; other such numbers are those of devices (IMEI).
  return length === 15 && !/^3[47]/.test(digits) ? 'device-number' : 'card-number'
}

function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0)
}

/** NHS number: modulus 11 (NHS Data Dictionary). */
export function isNhs(digits: string): boolean {
  const rest = (11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return rest !== 10 && rest === Number(digits[9])
}

/** The Dutch eleven test. */
function isBsn(digits: string): boolean {
  return weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && Number(digits) > 0
}

function isPesel(digits: string): boolean {
  const month = Number(digits.slice(2, 4)) % 20
  const rest = (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10
  return month >= 1 && month <= 12 && rest === Number(digits[10])
}

function isCpf(digits: string): boolean {
  const first = ((weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10
  const second = ((weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10
  return first === Number(digits[9]) && second === Number(digits[10])
}

/** The French number: 97 less the rest of its first thirteen digits. */
function isNir(digits: string): boolean {
  const month = Number(digits.slice(3, 5))
  return (
    /^[12]/.test(digits) &&
    month >= 1 &&
    month <= 12 &&
    97 - (Number(digits.slice(0, 13)) % 97) === Number(digits.slice(13))
  )
}

/** ISO/IEC 7812-1. */
export function isLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0 && /[1-9]/.test(digits)
}

/** ISO 13616: modulus 97. */
function isIban(text: string): boolean {
  const moved = text.slice(4) + text.slice(0, 4)
  const digits = moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return BigInt(digits) % 97n === 1n
}
