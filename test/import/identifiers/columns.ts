import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import type { IdentifierClass } from '#domain/identifiers.ts'
import { CLINICAL, fakerOf, type Make, WAYS } from './made.ts'

/** A column of made-up or real values, and what it is. */
export interface Sample {
  readonly header: string
  readonly values: readonly string[]
  /** Null for a column that tells nobody apart by itself. */
  readonly class: IdentifierClass | null
  readonly locale: string
}

const ROWS = 120
export const LOCALES = ['en_US', 'en_GB', 'de', 'fr', 'es', 'it'] as const

const pad = (value: number, digits: number) => String(value).padStart(digits, '0')

/** How such columns are called, by class: an English header, its translations, and one that says nothing. */
const KINDS: readonly { class: IdentifierClass; headers: readonly string[]; make: Make }[] = [
  {
    class: 'name',
    headers: ['Name', 'patient_name', 'Nachname', 'nom', 'apellidos', 'cognome', 'full name', 'x1'],
    make: (f) => f.person.fullName(),
  },
  {
    class: 'name',
    headers: ['first_name', 'Vorname', 'prénom', 'nombre', 'nome'],
    make: (f) => f.person.firstName(),
  },
  {
    class: 'email',
    headers: ['email', 'E-Mail', 'correo electrónico', 'courriel', 'contact', 'x2'],
    make: (f) => f.internet.email(),
  },
  {
    class: 'phone',
    headers: ['phone', 'Telefon', 'téléphone', 'teléfono', 'cellulare', 'x3'],
    make: (f) => f.phone.number(),
  },
  {
    class: 'address',
    headers: ['address', 'Adresse', 'Straße', 'dirección', 'indirizzo', 'street_address'],
    make: (f) => f.location.streetAddress(),
  },
  {
    class: 'postcode',
    headers: ['zip', 'postcode', 'PLZ', 'code postal', 'código postal'],
    make: (f) => f.location.zipCode(),
  },
  {
    class: 'ip-address',
    headers: ['ip', 'IP address', 'last seen from', 'x4'],
    make: (f) => f.internet.ip(),
  },
  { class: 'url', headers: ['url', 'website', 'homepage', 'x5'], make: (f) => f.internet.url() },
  {
    class: 'card-number',
    headers: ['credit card', 'Kreditkarte', 'tarjeta', 'x6'],
    make: (f) => f.finance.creditCardNumber('visa'),
  },
  {
    class: 'account-number',
    headers: ['IBAN', 'Konto', 'account number', 'x7'],
    make: (f) => f.finance.iban(),
  },
  {
    class: 'national-number',
    headers: ['ssn', 'social security number', 'Sozialversicherungsnummer', 'x8'],
    make: (f) =>
      `${pad(f.number.int({ min: 1, max: 665 }), 3)}-${pad(f.number.int({ min: 1, max: 99 }), 2)}-${pad(f.number.int({ min: 1, max: 9999 }), 4)}`,
  },
  { class: 'national-number', headers: ['NHS number', 'nhs_no', 'x9'], make: nhsNumber },
  {
    class: 'record-number',
    headers: ['MRN', 'patient_id', 'Patientennummer', 'numero de dossier', 'PatientID'],
    make: (f) => f.string.alphanumeric({ length: 8, casing: 'upper' }),
  },
  {
    class: 'device-number',
    headers: ['IMEI', 'serial number', 'Seriennummer', 'MAC address'],
    make: (f) => f.internet.mac(),
  },
  {
    class: 'date-of-birth',
    headers: [
      'DOB',
      'Geburtsdatum',
      'date de naissance',
      'fecha de nacimiento',
      'data di nascita',
      'birth_date',
    ],
    make: (f) => f.date.birthdate().toISOString().slice(0, 10),
  },
  {
    class: 'full-date',
    headers: ['admitted', 'Aufnahme', 'discharge', 'x10'],
    make: (f) => f.date.past({ years: 3 }).toISOString().slice(0, 10),
  },
  {
    class: 'high-age',
    headers: ['age', 'Alter', 'edad'],
    make: (f) => String(f.number.int({ min: 40, max: 99 })),
  },
  { class: 'unique-values', headers: ['key', 'Schlüssel', 'x11'], make: (f) => f.string.alphanumeric(12) },
  { class: 'free-text', headers: ['notes', 'Bemerkung', 'x12'], make: (f) => f.lorem.sentence(12) },
]

function nhsNumber(faker: Parameters<Make>[0]): string {
  for (;;) {
    const digits = Array.from({ length: 9 }, () => faker.number.int({ min: 0, max: 9 }))
    const check = (11 - (digits.reduce((sum, digit, at) => sum + digit * (10 - at), 0) % 11)) % 11
    if (check < 10)
      return `${digits.slice(0, 3).join('')} ${digits.slice(3, 6).join('')} ${digits.slice(6).join('')}${check}`
  }
}

/** Columns of identifiers in six locales: every header with `times` sets of values, written in its class's own way and in others. */
export function madeUp(times: number, seed = 7): Sample[] {
  return LOCALES.flatMap((locale) => {
    const faker = fakerOf(locale, seed)
    const column = (header: string, one: IdentifierClass | null, make: Make): Sample => ({
      ...{ header, class: one, locale },
      values: Array.from({ length: ROWS }, () => make(faker)),
    })
    const once = () => [
      ...KINDS.flatMap(({ class: one, headers, make }) =>
        headers.flatMap((header) => [make, ...(WAYS[one] ?? [])].map((way) => column(header, one, way))),
      ),
      ...Object.entries(CLINICAL).map(([header, make]) => column(header, null, make)),
    ]
    return Array.from({ length: times }, once).flat()
  })
}

const data = path.resolve(import.meta.dirname, '../../../../shared/data')
/** Whether real columns are at hand. */
export const hasReal = existsSync(data)

/** Columns of the trial, heart and breast cancer tables of all hospitals: none of them is an identifier. */
export function real(): Sample[] {
  return [...withHeaders(), ...breastCancer()]
}

/** But for the first, which is the number of a patient. */
function breastCancer(): Sample[] {
  const rows: string[][] = parse(readFileSync(path.join(data, 'breast-cancer', 'wdbc.data')))
  return (rows[0] ?? []).slice(1).map((_, at) => ({
    ...{ header: `column ${at + 2}`, class: null, locale: 'real' },
    values: rows.map((row) => row[at + 1] ?? ''),
  }))
}

function withHeaders(): Sample[] {
  const folders = ['heart-disease/hospitals', 'stroke-trial/hospitals'].map((one) => path.join(data, one))
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
  return [...files, path.join(data, 'stroke-trial', 'IST.csv')].flatMap((file) => {
    const rows: string[][] = parse(readFileSync(file), { relax_column_count: true })
    const [header = [], ...body] = rows
    return header.map((name, position) => ({
      ...{ header: name, class: null, locale: 'real' },
      values: body.slice(0, 4000).map((row) => row[position] ?? ''),
    }))
  })
}
