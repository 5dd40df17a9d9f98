import { allLocales, Faker, type Faker as Made } from '@faker-js/faker'
import type { IdentifierClass } from '#domain/identifiers.ts'

/** Makes one cell of a kind of column. */
export type Make = (faker: Made) => string

/** Made-up people of a place, the same for the same seed. */
export function fakerOf(locale: keyof typeof allLocales, seed: number): Made {
  const faker = new Faker({ locale: [allLocales[locale], allLocales.en, allLocales.base] })
  faker.seed(seed)
  return faker
}

const pad = (value: number, digits: number) => String(value).padStart(digits, '0')
const digits = (faker: Made, length: number) =>
  Array.from({ length }, () => faker.number.int({ min: 0, max: 9 }))
const weighted = (all: readonly number[], weights: readonly number[]) =>
  weights.reduce((sum, weight, at) => sum + weight * (all[at] ?? 0), 0)
/** Six digits of a day of birth. */
const day = (faker: Made, order: 'ymd' | 'dmy') => {
  const date = faker.date.birthdate()
  const [year, month, dayOf] = [date.getFullYear() % 100, date.getMonth() + 1, date.getDate()]
  const parts = order === 'ymd' ? [year, month, dayOf] : [dayOf, month, year]
  return parts.map((part) => pad(part, 2)).join('')
}

/** National numbers by their own rules, each written from the rule's public description. */
export const nationalNumbers = {
  /** The Netherlands: the eleven test. */
  bsn: (faker: Made): string => {
    for (;;) {
      const all = [faker.number.int({ min: 1, max: 9 }), ...digits(faker, 7)]
      const check = weighted(all, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
      if (check < 10) return [...all, check].join('')
    }
  },
  /** Brazil: two check digits, written with points. */
  cpf: (faker: Made): string => {
    const all = digits(faker, 9)
    const check = (of: readonly number[]) => {
      const rest =
        (weighted(
          of,
          of.map((_, at) => of.length + 1 - at),
        ) *
          10) %
        11
      return rest % 10
    }
    all.push(check(all))
    all.push(check(all))
    const text = all.join('')
    return `${text.slice(0, 3)}.${text.slice(3, 6)}.${text.slice(6, 9)}-${text.slice(9)}`
  },
  /** Sweden: Luhn over the day of birth and three digits. */
  personnummer: (faker: Made): string => {
    const text = day(faker, 'ymd') + pad(faker.number.int({ min: 1, max: 999 }), 3)
    const sum = text.split('').reduce((total, digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 2 : 1)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
    return `${text.slice(0, 6)}-${text.slice(6)}${(10 - (sum % 10)) % 10}`
  },
  /** Poland. */
  pesel: (faker: Made): string => {
    const all = [...day(faker, 'ymd').split('').map(Number), ...digits(faker, 4)]
    return [...all, (10 - (weighted(all, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10].join('')
  },
  /** Denmark: the day of birth and four digits without a check since 2007. */
  cpr: (faker: Made): string => `${day(faker, 'dmy')}-${pad(faker.number.int({ min: 0, max: 9999 }), 4)}`,
  /** Norway: the day of birth, three digits, and two that check. */
  fodselsnummer: (faker: Made): string => {
    for (;;) {
      const all = [...day(faker, 'dmy').split('').map(Number), ...digits(faker, 3)]
      const first = (11 - (weighted(all, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11
      const second = (11 - (weighted([...all, first], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
      if (first < 10 && second < 10) return [...all, first, second].join('')
    }
  },
  /** Finland: the day of birth, three digits, and a letter or digit that checks. */
  hetu: (faker: Made): string => {
    const [born, own] = [day(faker, 'dmy'), pad(faker.number.int({ min: 2, max: 899 }), 3)]
    return `${born}-${own}${'0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(born + own) % 31]}`
  },
  /** Hungary: eight digits and one that checks. */
  taj: (faker: Made): string => {
    const all = digits(faker, 8)
    return [...all, weighted(all, [3, 7, 3, 7, 3, 7, 3, 7]) % 10].join('')
  },
  /** Romania: sex, day of birth, county, three digits, and one that checks. */
  cnp: (faker: Made): string => {
    const county = pad(faker.number.int({ min: 1, max: 46 }), 2)
    const own = pad(faker.number.int({ min: 1, max: 999 }), 3)
    const text = `${faker.number.int({ min: 1, max: 2 })}${day(faker, 'ymd')}${county}${own}`
    const rest = weighted(text.split('').map(Number), [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return `${text}${rest === 10 ? 1 : rest}`
  },
  /** Turkey: nine digits and two that check. */
  tckn: (faker: Made): string => {
    const all = [faker.number.int({ min: 1, max: 9 }), ...digits(faker, 8)]
    const [odd, even] = [weighted(all, [1, 0, 1, 0, 1, 0, 1, 0, 1]), weighted(all, [0, 1, 0, 1, 0, 1, 0, 1])]
    const first = (((odd * 7 - even) % 10) + 10) % 10
    return [...all, first, (odd + even + first) % 10].join('')
  },
  /** The Czech Republic and Slovakia: ten digits that eleven divides. */
  rodneCislo: (faker: Made): string => {
    for (;;) {
      const text = day(faker, 'ymd') + pad(faker.number.int({ min: 0, max: 999 }), 3)
      const check = Number(text) % 11
      if (check < 10) return `${text.slice(0, 6)}/${text.slice(6)}${check}`
    }
  },
}

/** IMEI: fourteen digits and Luhn's. */
function imei(faker: Made): string {
  const all = digits(faker, 14)
  const sum = all.reduce((total, digit, at) => {
    const value = at % 2 === 1 ? digit * 2 : digit
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return [...all, (10 - (sum % 10)) % 10].join('')
}

/** How cells of each class may be written; a column is written in one of these ways. */
export const WAYS: Partial<Record<IdentifierClass, readonly Make[]>> = {
  name: [
    (f) => f.person.fullName(),
    (f) => `${f.person.lastName()}, ${f.person.firstName()}`,
    (f) => `${f.person.lastName().toUpperCase()} ${f.person.firstName()}`,
  ],
  email: [(f) => f.internet.email(), (f) => f.internet.email().toLowerCase()],
  phone: [
    (f) => f.phone.number({ style: 'national' }),
    (f) => f.phone.number({ style: 'international' }),
    (f) => f.phone.number({ style: 'human' }),
  ],
  address: [(f) => f.location.streetAddress(), (f) => f.location.streetAddress(true)],
  postcode: [(f) => f.location.zipCode()],
  'ip-address': [(f) => f.internet.ipv4(), (f) => f.internet.ipv6()],
  url: [(f) => f.internet.url(), (f) => `www.${f.internet.domainName()}/${f.lorem.slug()}`],
  'card-number': [
    (f) => f.finance.creditCardNumber('mastercard'),
    (f) => f.finance.creditCardNumber('visa').replaceAll('-', ' '),
  ],
  'account-number': [(f) => f.finance.iban(), (f) => f.finance.iban({ formatted: true })],
  'record-number': [
    (f) => String(f.number.int({ min: 1e6, max: 9_999_999 })),
    (f) => `P${pad(f.number.int({ min: 1, max: 99_999 }), 6)}`,
    (f) => f.string.uuid(),
  ],
  'device-number': [imei, (f) => f.internet.mac('-'), (f) => `SN-${f.string.alphanumeric(9).toUpperCase()}`],
  'full-date': [
    (f) => f.date.past({ years: 4 }).toISOString().slice(0, 16).replace('T', ' '),
    (f) => f.date.past({ years: 4 }).toISOString().slice(0, 10).split('-').toReversed().join('.'),
  ],
  'date-of-birth': [
    (f) => f.date.birthdate().toISOString().slice(0, 10).split('-').toReversed().join('.'),
    (f) => f.date.birthdate().toISOString().slice(0, 10).split('-').toReversed().join('/'),
  ],
  'high-age': [(f) => String(f.number.int({ min: 30, max: 96 }))],
  'unique-values': [(f) => f.string.alphanumeric(10), (f) => f.string.uuid()],
  'free-text': [
    (f) => `${f.word.words({ count: { min: 6, max: 14 } })}.`,
    (f) => f.lorem.paragraph({ min: 1, max: 3 }),
  ],
}

/** Columns of a clinic that tell nobody apart. */
export const CLINICAL: Record<string, Make> = {
  sex: (f) => f.helpers.arrayElement(['M', 'F']),
  code: (f) =>
    `${f.helpers.arrayElement(['I', 'E', 'G', 'J'])}${f.number.int({ min: 10, max: 99 })}.${f.number.int(9)}`,
  pressure: (f) => String(f.number.int({ min: 80, max: 210 })),
  reading: (f) => f.number.float({ min: 1, max: 12, fractionDigits: 3 }).toFixed(3),
  smoker: (f) => f.helpers.arrayElement(['0', '1', '']),
  ward: (f) => f.helpers.arrayElement(['Cardiology 1', 'Stroke Unit', 'ICU North', 'Oncology Day Ward']),
  drug: (f) =>
    f.helpers.arrayElement(['Aspirin', 'Clopidogrel', 'Metoprolol Succinate', 'Ramipril', 'Heparin']),
  days: (f) => String(f.number.int({ min: 1, max: 40 })),
  kind: (f) => f.helpers.arrayElement(['ischaemic', 'haemorrhagic', 'TIA', 'unknown']),
  load: (f) => String(f.number.int({ min: 1_000_000_000, max: 9_999_999_999 })),
  seconds: (f) => String(f.number.int({ min: 1_500_000_000, max: 1_700_000_000 })),
  range: (f) => `${f.number.int({ min: 80, max: 180 })}/${f.number.int({ min: 40, max: 110 })}`,
  age: (f) => String(f.number.int({ min: 18, max: 88 })),
  version: (f) => `${f.number.int(3)}.${f.number.int(9)}.${f.number.int(20)}`,
}
