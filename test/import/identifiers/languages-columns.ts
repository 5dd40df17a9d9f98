import type { IdentifierClass } from '#domain/identifiers.ts'
import type { Sample } from './columns.ts'
import { clinicalHeaders } from './clinical-headers.ts'
import type { Languages } from './languages.ts'
import { CLINICAL, fakerOf, type Make, nationalNumbers, WAYS } from './made.ts'

const NATIONAL: Record<string, Make> = {
  nl: nationalNumbers.bsn,
  pt_BR: nationalNumbers.cpf,
  sv: nationalNumbers.personnummer,
  pl: nationalNumbers.pesel,
  da: nationalNumbers.cpr,
  cs_CZ: nationalNumbers.rodneCislo,
  nb_NO: nationalNumbers.fodselsnummer,
  fi: nationalNumbers.hetu,
  hu: nationalNumbers.taj,
  ro: nationalNumbers.cnp,
  tr: nationalNumbers.tckn,
  sk: nationalNumbers.rodneCislo,
}

const ROWS = 150
const SEED = 20_261

/** Every header of these languages with each way to write its class, `times` over with other values; and clinical columns. */
export function columnsIn(languages: Languages, times: number): Sample[] {
  return Array.from({ length: times }, (_, time) => allOnce(languages, SEED + 100 * time)).flat()
}

function allOnce(languages: Languages, seed: number): Sample[] {
  return Object.entries(languages).flatMap(([locale, headers], place) => {
    const faker = fakerOf(locale as 'nl', seed + place)
    const column = (header: string, one: IdentifierClass | null, make: Make): Sample => ({
      ...{ header, class: one, locale },
      values: Array.from({ length: ROWS }, () => make(faker)),
    })
    const told = Object.entries(headers) as [IdentifierClass, readonly string[]][]
    const positives = told.flatMap(([one, names]) => {
      const ways = one === 'national-number' ? [NATIONAL[locale] ?? String] : (WAYS[one] ?? [])
      return names.flatMap((header) => ways.map((make) => column(header, one, make)))
    })
    const kinds = Object.values(CLINICAL)
    const negatives = clinicalHeaders(locale).flatMap((header, at) => {
      const make = kinds[at]
      return make ? [column(header, null, make)] : []
    })
    return [...positives, ...negatives]
  })
}
