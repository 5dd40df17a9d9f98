import type { IdentifierClass } from '#domain/identifiers.ts'
import type { Sample } from './columns.ts'
import { CLINICAL, fakerOf, type Make, nationalNumbers, WAYS } from './made.ts'

/**
 * Columns that nothing of the importer was tuned on: six other locales, other headers, other seeds, other ways to write a
 * value. Whoever mends a weakness that shows here writes columns of that kind for the tuned locales first, and looks here last.
 */
const HEADERS: Record<string, Partial<Record<IdentifierClass, readonly string[]>>> = {
  nl: {
    name: ['naam', 'Achternaam', 'patiëntnaam', 'NAAM_PATIENT', 'v0'],
    email: ['e-mailadres', 'mail', 'v1'],
    phone: ['telefoonnummer', 'mobiel', 'v2'],
    address: ['straat en huisnummer', 'Adres'],
    postcode: ['postcode', 'Postcode_woonadres'],
    'national-number': ['BSN', 'burgerservicenummer', 'v3'],
    'record-number': ['patiëntnummer', 'dossiernr', 'pat_id'],
    'account-number': ['rekeningnummer', 'v4'],
    'card-number': ['creditcardnummer', 'v5'],
    'ip-address': ['ip-adres', 'v6'],
    url: ['webadres', 'v7'],
    'device-number': ['serienummer', 'pacemaker serienr'],
    'date-of-birth': ['geboortedatum', 'geb_datum'],
    'full-date': ['opnamedatum', 'v8'],
    'high-age': ['leeftijd'],
    'unique-values': ['sleutel', 'v9'],
    'free-text': ['opmerkingen', 'v10'],
  },
  pt_BR: {
    name: ['nome', 'Sobrenome', 'Nome do paciente', 'nome_completo', 'v0'],
    email: ['e-mail', 'correio_eletronico', 'v1'],
    phone: ['telefone', 'celular', 'v2'],
    address: ['endereço', 'logradouro'],
    postcode: ['CEP'],
    'national-number': ['CPF', 'cpf_paciente', 'v3'],
    'record-number': ['prontuário', 'id_paciente', 'número do atendimento'],
    'account-number': ['conta bancária', 'v4'],
    'card-number': ['cartão de crédito', 'v5'],
    'ip-address': ['endereço IP', 'v6'],
    url: ['site', 'v7'],
    'device-number': ['número de série', 'IMEI do aparelho'],
    'date-of-birth': ['data de nascimento', 'dt_nasc'],
    'full-date': ['data da internação', 'v8'],
    'high-age': ['idade'],
    'unique-values': ['chave', 'v9'],
    'free-text': ['observações', 'v10'],
  },
  sv: {
    name: ['namn', 'Efternamn', 'förnamn', 'patientnamn', 'v0'],
    email: ['e-postadress', 'v1'],
    phone: ['telefonnummer', 'mobilnr', 'v2'],
    address: ['gatuadress', 'Adress'],
    postcode: ['postnummer'],
    'national-number': ['personnummer', 'pnr', 'v3'],
    'record-number': ['journalnummer', 'patient-id', 'remissnr'],
    'account-number': ['kontonummer', 'v4'],
    'card-number': ['kreditkort', 'v5'],
    'ip-address': ['ip-adress', 'v6'],
    url: ['webbplats', 'v7'],
    'device-number': ['serienummer', 'apparatens serienr'],
    'date-of-birth': ['födelsedatum', 'född'],
    'full-date': ['inskrivningsdatum', 'v8'],
    'high-age': ['ålder'],
    'unique-values': ['nyckel', 'v9'],
    'free-text': ['anteckningar', 'v10'],
  },
  pl: {
    name: ['imię', 'Nazwisko', 'imie_nazwisko', 'v0'],
    email: ['adres e-mail', 'poczta elektroniczna', 'v1'],
    phone: ['numer telefonu', 'tel. komórkowy', 'v2'],
    address: ['ulica', 'adres zamieszkania'],
    postcode: ['kod pocztowy'],
    'national-number': ['PESEL', 'nr PESEL', 'v3'],
    'record-number': ['nr historii choroby', 'id pacjenta', 'numer pacjenta'],
    'account-number': ['numer konta', 'v4'],
    'card-number': ['karta kredytowa', 'v5'],
    'ip-address': ['adres IP', 'v6'],
    url: ['strona internetowa', 'v7'],
    'device-number': ['numer seryjny', 'nr seryjny rozrusznika'],
    'date-of-birth': ['data urodzenia', 'data_ur'],
    'full-date': ['data przyjęcia', 'v8'],
    'high-age': ['wiek'],
    'unique-values': ['klucz', 'v9'],
    'free-text': ['uwagi', 'v10'],
  },
  da: {
    name: ['navn', 'Efternavn', 'fornavn', 'patientnavn', 'v0'],
    email: ['e-mailadresse', 'v1'],
    phone: ['telefonnr', 'mobilnummer', 'v2'],
    address: ['gade', 'vejnavn og nummer'],
    postcode: ['postnr'],
    'national-number': ['CPR-nummer', 'personnummer', 'v3'],
    'record-number': ['patientnummer', 'journalnr', 'indlæggelses-id'],
    'account-number': ['bankkonto', 'v4'],
    'card-number': ['betalingskort', 'v5'],
    'ip-address': ['IP-adresse', 'v6'],
    url: ['hjemmeside', 'v7'],
    'device-number': ['serienummer', 'pacemakerens serienr'],
    'date-of-birth': ['fødselsdato', 'født'],
    'full-date': ['indlæggelsesdato', 'v8'],
    'high-age': ['alder'],
    'unique-values': ['nøgle', 'v9'],
    'free-text': ['bemærkninger', 'v10'],
  },
  cs_CZ: {
    name: ['jméno', 'Příjmení', 'jmeno_pacienta', 'v0'],
    email: ['elektronická adresa', 'e-mail', 'v1'],
    phone: ['telefon', 'mobil', 'v2'],
    address: ['ulice', 'bydliště'],
    postcode: ['PSČ'],
    'national-number': ['rodné číslo', 'RČ', 'v3'],
    'record-number': ['číslo pacienta', 'číslo chorobopisu', 'id_pacienta'],
    'account-number': ['číslo účtu', 'v4'],
    'card-number': ['kreditní karta', 'v5'],
    'ip-address': ['IP adresa', 'v6'],
    url: ['webová stránka', 'v7'],
    'device-number': ['sériové číslo', 'výrobní číslo přístroje'],
    'date-of-birth': ['datum narození', 'dat_nar'],
    'full-date': ['datum přijetí', 'v8'],
    'high-age': ['věk'],
    'unique-values': ['klíč', 'v9'],
    'free-text': ['poznámky', 'v10'],
  },
}

const NATIONAL: Record<string, Make> = {
  nl: nationalNumbers.bsn,
  pt_BR: nationalNumbers.cpf,
  sv: nationalNumbers.personnummer,
  pl: nationalNumbers.pesel,
  da: nationalNumbers.cpr,
  cs_CZ: nationalNumbers.rodneCislo,
}

/** Headers of clinical columns, in the order of their kinds. */
const NEGATIVES: Record<string, readonly string[]> = {
  nl: 'geslacht,diagnosecode,bloeddruk systolisch,kreatinine,roker,afdeling,naam geneesmiddel,ligduur,type beroerte,viruslast,tijd na start,bloeddruk,leeftijd bij opname,versie'.split(
    ',',
  ),
  pt_BR:
    'sexo,código do diagnóstico,pressão sistólica,creatinina,fumante,setor,nome do medicamento,dias de internação,tipo de AVC,carga viral,segundos,pressão arterial,idade na admissão,versão'.split(
      ',',
    ),
  sv: 'kön,diagnoskod,systoliskt blodtryck,kreatinin,rökare,avdelning,läkemedelsnamn,vårddagar,stroketyp,virusmängd,sekunder,blodtryck,ålder vid inskrivning,version'.split(
    ',',
  ),
  pl: 'płeć,kod rozpoznania,ciśnienie skurczowe,kreatynina,palacz,oddział,nazwa leku,dni pobytu,typ udaru,miano wirusa,sekundy,ciśnienie,wiek przy przyjęciu,wersja'.split(
    ',',
  ),
  da: 'køn,diagnosekode,systolisk blodtryk,kreatinin,ryger,afdeling,lægemiddelnavn,liggedage,apopleksitype,virusmængde,sekunder,blodtryk,alder ved indlæggelse,version'.split(
    ',',
  ),
  cs_CZ:
    'pohlaví,kód diagnózy,systolický tlak,kreatinin,kuřák,oddělení,název léku,dny pobytu,typ mrtvice,virová nálož,sekundy,krevní tlak,věk při přijetí,verze'.split(
      ',',
    ),
}

const ROWS = 150
const SEED = 20_261

/** Every header with each way to write its class, `times` over with other values. */
export function heldOut(times: number): Sample[] {
  return Array.from({ length: times }, (_, time) => allOnce(SEED + 100 * time)).flat()
}

function allOnce(seed: number): Sample[] {
  return Object.entries(HEADERS).flatMap(([locale, headers], place) => {
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
    const negatives = (NEGATIVES[locale] ?? []).flatMap((header, at) => {
      const make = kinds[at]
      return make ? [column(header, null, make)] : []
    })
    return [...positives, ...negatives]
  })
}
