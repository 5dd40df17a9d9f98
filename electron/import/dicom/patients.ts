import type { DataSet } from 'dicom-parser'
import { plainIdentifier } from '../pseudonym.ts'
import { textOf } from './values.ts'

const [ID, ISSUER, NAME, BIRTH] = ['x00100020', 'x00100021', 'x00100010', 'x00100030']

interface Person {
  readonly key: string
  issuer: string
  readonly names: Set<string>
  readonly births: Set<string>
  /** How id and name are written, letter for letter. */
  readonly spellings: Set<string>
}

/** How patients are written in the files that came. */
export interface Spellings {
  /** Patients whose number or name is written in more than one way. */
  readonly several: number
  /** Of these, those with names that differ in more than letters' size, blanks and empty parts. */
  readonly renamed: number
  /** Numbers that stand for patients who differ in name and in date of birth. */
  readonly shared: number
}

/**
 * Tells patients apart by their number. The same number is another patient only with another issuer, or with another name and
 * another date of birth. Read to group files, and never kept.
 */
export function createPatients() {
  const byId = new Map<string, Person[]>()

  /** Which patient a file is of; null where it does not say. */
  function keyOf(data: DataSet, charsets: readonly string[]): string | null {
    const read = (tag: string) => textOf(data, tag, charsets) ?? ''
    const [id, issuer, birth] = [ID, ISSUER, BIRTH].map((tag) => plainIdentifier(read(tag))) as [
      string,
      string,
      string,
    ]
    const name = plainName(read(NAME))
    const written = `${read(ID)}\n${rawText(data, NAME)}`
    if (id === '' && name === '' && birth === '') return null
    if (id === '') return add([`${name}\n${birth}`, '', name, birth], written)
    return add([id, issuer, name, birth], written)
  }
  function add([id, issuer, name, birth]: readonly [string, string, string, string], written: string) {
    const people = byId.get(id) ?? []
    byId.set(id, people)
    const known = people.find((one) => isSame(one, issuer, name, birth))
    const person = known ?? begun(`${id}\n${people.length}`)
    if (!known) people.push(person)
    person.issuer ||= issuer
    if (name !== '') person.names.add(name)
    if (birth !== '') person.births.add(birth)
    person.spellings.add(written)
    return person.key
  }
  function spellings(): Spellings {
    const people = [...byId.values()].flat()
    return {
      several: people.filter((one) => one.spellings.size > 1).length,
      renamed: people.filter(({ names }) => names.size > 1).length,
      shared: [...byId.values()].filter((some) => some.length > 1).length,
    }
  }
  return { keyOf, spellings, clear: () => byId.clear() }
}

/** The patients of the files that came. */
export type Patients = ReturnType<typeof createPatients>

function begun(key: string): Person {
  return { key, issuer: '', names: new Set(), births: new Set(), spellings: new Set() }
}

function isSame({ issuer, names, births }: Person, other: string, name: string, birth: string): boolean {
  if (issuer !== '' && other !== '' && issuer !== other) return false
  const fits = (known: ReadonlySet<string>, one: string) => known.size === 0 || one === '' || known.has(one)
  return fits(names, name) || fits(births, birth)
}

/** DOE^JANE, Doe^Jane and "DOE ^JANE^^^" are one name (PS3.5, 6.2.1); other alphabets behind = say it again. */
function plainName(name: string): string {
  const [alphabetic = ''] = name.split('=')
  const parts = alphabetic.split('^').map((part) => plainIdentifier(part).toUpperCase())
  return parts.join('^').replace(/\^+$/, '')
}

/** As it stands in the file, padding and all. */
function rawText(data: DataSet, tag: string): string {
  const element = data.elements[tag]
  if (!element) return ''
  const end = Math.min(element.dataOffset + Math.min(element.length, 1000), data.byteArray.length)
  return Buffer.from(data.byteArray.subarray(element.dataOffset, end)).toString('latin1')
}
