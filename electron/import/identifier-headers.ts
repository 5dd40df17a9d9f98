import type { IdentifierClass } from '#domain/identifiers.ts'
import { createScriptHeaders } from './identifier-scripts.ts'
import { AGES, STEMS, THINGS } from './identifier-stems.ts'

/** What a header says of its column. `quasi` columns single a patient out only together with others. */
export interface HeaderSign {
  readonly class: IdentifierClass | null
  readonly severity: 'block' | 'warn'
  readonly isAge: boolean
  readonly quasi: boolean
  /** Nothing: "column 3", "x1", "code". Then the values decide alone. */
  readonly isEmpty: boolean
  /** The column is about drugs, tests, versions or the like, whatever their names look like. */
  readonly isOfThings: boolean
}

const whole = (words: string) => new RegExp(`(?:^| )(?:${words})(?: |$)`)

/** Words of headers in English, German, French, Spanish, Italian, Dutch, Portuguese, Polish and the Nordic languages. */
const SIGNS: readonly (readonly [IdentifierClass, RegExp])[] = [
  [
    'date-of-birth',
    whole(
      'dob|birth ?(?:date|day)|date of birth|born on|geb(?:urts)? ?(?:datum|dat|tag)|date (?:de )?naissance|ddn|(?:fecha|data) (?:de |di )?(?:nacimiento|nascita|nascimento)|geboorte ?datum|data urodzenia|fodelse ?(?:datum|dag)|fodsels ?dato|fodt|syntyma ?aika',
    ),
  ],
  [
    'email',
    whole(
      'e ?mails?(?: address| adresse| id)?|mail ?adresse?|correo(?: electronico)?|courriel|posta elettronica|e post(?: adress)?',
    ),
  ],
  [
    'phone',
    whole(
      '(?:\\w+ )?(?:tele)?phones?(?: ?(?:no|nr|number|num))?|tel(?: ?(?:no|nr|number))?|tele[fp]h?on(?:e|o|i|in|nummer|nr|szam)?|telefoon(?:nummer)?|mobile(?: ?(?:no|number|phone))?|mobil(?:nummer|telefon)?|handy(?:nummer|nr)?|cell(?:ulare|ular|phone)?|movil|celular|fax(?: ?(?:no|number|nr|nummer))?|telemovel|puhelin(?:numero)?|gsm|numero (?:de )?(?:telephone|telefono|telefone)|contact (?:no|number)',
    ),
  ],
  ['ip-address', whole('ip|ip ?v?[46]?|ip ?(?:address|adresse?|addr)|adresse ip|direccion ip')],
  ['url', whole('urls?|web ?(?:site|page|address)|home ?page|sitio web|site web|profile link|webseite')],
  [
    'card-number',
    whole(
      '(?:credit|debit|bank) ?card(?: ?(?:no|number|nr))?|card ?(?:no|number)|kreditkarte(?:n ?nummer)?|tarjeta(?: de credito)?|carte (?:bancaire|bleue|de credit)|carta di credito|creditcard(?:nummer)?',
    ),
  ],
  [
    'national-number',
    whole(
      'ssn|social security(?: ?(?:no|number|nr))?|nhs ?(?:no|nr|num|number|id)|national (?:id|identity|insurance|identification)(?: ?(?:no|nr|number))?|nino|sozialversicherungs ?(?:nummer|nr)|sv ?nr|svnr|rvnr|nir|numero (?:de )?securite sociale|numero (?:de )?insee|nie|nif|curp|codice fiscale|bsn|burger ?service ?nummer|cpf|pesel|person ?nummer|personnr|cpr(?: ?nr| ?nummer)?|fodselsnummer|henkilotunnus|hetu|passport(?: ?(?:no|nr|number))?|reisepass(?:nummer)?|ausweis(?:nummer|nr)?|pasaporte|passeport|paspoort(?:nummer)?|(?:driver s?|drivers|driving) ?licen[cs]e(?: ?(?:no|number))?|fuhrerschein(?:nummer)?|tax ?(?:id|payer id|number)|tin|steuer ?(?:id|nummer|nr)|aadhaar|medicare(?: ?(?:no|number|id))?',
    ),
  ],
  [
    'record-number',
    whole(
      'mrn|(?:medical|health|clinical|hospital) ?record ?(?:no|nr|num|number|id)?|(?:patient|pat|person|subject|participant|client) ?(?:id|no|nr|num|number|identifier|key|code)|pid|patid|patienten ?(?:nummer|nr|id|kennung)|fall ?(?:nummer|nr|id)|aufnahme ?(?:nummer|nr)|numero (?:de )?(?:dossier|patient|paciente|cartella|prontuario|historia(?: clinica)?)|ipp|nhc|historia clinica|dossier ?nummer|patient ?nummer|prontuario|accession(?: ?(?:no|number))?|(?:encounter|visit|episode|admission|case|specimen|sample|chart|hosp(?:ital)?) ?(?:id|no|nr|number)|num dossier|numer pacjenta|journalnummer|id ?(?:patient|paciente|paziente)|csn|empi',
    ),
  ],
  [
    'account-number',
    whole(
      '(?:bank )?account(?: ?(?:no|nr|num|number|id))?|acct(?: ?(?:no|number))?|iban|bic|konto(?:nummer|nr)?|rekening(?:nummer)?|numero (?:de )?(?:compte|cuenta|conto|conta)|(?:insurance|insured|policy|beneficiary|member|health plan|subscriber) ?(?:id|no|nr|num|number)|versicherten ?(?:nummer|nr)|vers ?(?:nummer|nr)|versicherungs ?(?:nummer|nr)|kvnr|polizza|poliza|certificate ?(?:no|number)|licen[cs]e ?(?:no|number)',
    ),
  ],
  [
    'device-number',
    whole(
      '(?:device|implant|pacemaker|machine|hardware) ?(?:id|serial|no|nr|number|identifier)|serial ?(?:no|nr|number)|serien ?nummer|imei|imsi|mac(?: ?address)?|vin|udi|licen[cs]e plate|number plate|kennzeichen|numero (?:de )?serie|vehicle(?: ?(?:id|registration|identification number))?',
    ),
  ],
  [
    'postcode',
    whole(
      'zip(?: ?code)?|post ?codes?|postal ?code|plz|postleitzahl|code postal|codigo postal|postnummer|postnr|kod pocztowy|cep|cap|eircode|zip ?5',
    ),
  ],
  [
    'address',
    whole(
      '(?:home |street |postal |mailing |patient )?address(?: ?(?:line)? ?\\d?)?|addr(?: ?\\d)?|street(?: ?(?:no|name|number|address))?|strasse(?:nname)?|str|haus ?(?:nummer|nr)|house ?(?:no|number)|(?:numero )?rue|anschrift|adresse|direccion|domicilio|calle|indirizzo|adres|straat(?:naam)?|huisnummer|endereco|rua|ulica|gata|gatuadress|osoite|wohnadresse|residence|secondary address',
    ),
  ],
  [
    'name',
    whole(
      '(?:patient |full |first |last |family |given |middle |maiden |sur |fore |nick |user |mother s |father s |contact |doctor |physician |nurse |next of kin )?(?:names?|surname|forename|firstname|lastname|fullname|middlename|username|patientname|nickname)(?: first| last| full)?|initials|vor ?name|nach ?name|zu ?name|familien ?name|geburts ?name|ruf ?name|(?:nom|prenom)s?(?: (?:de )?(?:famille|jeune fille|patient|naissance|usuel|complet))?|nombres?(?: (?:completo|de pila|paciente|del paciente))?|apellidos?(?: (?:paterno|materno|\\d))?|cognome|nome(?: (?:completo|proprio|e cognome))?|sobrenome|apelido|naam|achter ?naam|voor ?naam|voorletters|nazwisko|imie|namn|efternamn|fornamn|navn|fornavn|etternavn|efternavn|sukunimi|etunimi|nimi',
    ),
  ],
]

/** A name of something else than a person. */
const OF_THINGS = whole(
  'hospitals?|drug|medication|medicine|test|country|file|column|variable|study|site|centre|center|product|procedure|diagnosis|disease|brand|gene|code|species|event|lab|unit|group|state|model|trial|ward|department|clinic|company|trade|generic|protein|assay|item|type|status|age|temperature|sex|weight|kit|visit',
)
const AGE = whole(
  'age|alter|edad|eta|leeftijd|idade|wiek|alder|ika|ages|age(?: at| in)? \\w+|alter (?:in|bei) \\w+|edad \\w+|patient age|age years',
)
const QUASI = whole(
  'sex|gender|geschlecht|sexe|sexo|sesso|geslacht|kjonn|kon|plec|race|ethnicity|ethnic(?: group)?|ethnie|etnia|nationality|nationalitat|religion|occupation|beruf|profession|job(?: title)?|marital(?: status)?|familienstand|city|town|village|wohnort|ort|ville|ciudad|citta|stad|cidade|municipality|gemeinde|county|district|region|parish|country of birth|birth ?(?:year|place)|year of birth|geburtsjahr|geburtsort|yob|language',
)
const GEOGRAPHIC = whole(
  'city|town|village|wohnort|ort|ville|ciudad|citta|stad|cidade|municipality|gemeinde|county|district|parish|birth ?place|geburtsort|by|miasto|kommun|woonplaats|localita|localidad|localite|poblacion|municipio|commune|comune',
)
/** People as a whole header: "patient position" is none. */
const PERSON = /^(?:physician|doctor|gp|attending(?: physician)?|hausarzt|next of kin|patient)$/
/** Words beside "name" that say that a person has it; beside any other word it may be the name of a thing. */
const OF_PERSONS = new RegExp(
  `^(?:${[
    'names?|patients?|persons?|people|subject|participant|client|member|customer|employee|staff|users?|pat|pt|px',
    'full|first|last|family|given|middle|maiden|sur|fore|nick|birth|legal|preferred|former|previous|other|real|own',
    'display|alias|complete|mother|father|parents?|spouse|wife|husband|partner|child|baby|guardian|carer|relative',
    'contact|emergency|next|kin|s|of|the|and|or|doctor|physician|nurse|surgeon|consultant|provider|practitioner',
    'clinician|operator|gp|referring|attending|treating|requesting|performing|reporting|radiologist|\\d+',
    'surname|forename|firstname|lastname|fullname|middlename|username|patientname|nickname|initials',
    '(?:vor|nach|zu|ruf) ?name|familien|geburts|der|des|de|du|la|le|el|del|di|da|do|e|y|et|und',
    '(?:nom|prenom)s?|famille|jeune|fille|naissance|usuel|complet|nombres?|completo|pila|paciente|apellidos?',
    'paterno|materno|cognome|nome|proprio|sobrenome|apelido|naam|achter|voor|voorletters|nazwisko|imie|namn',
    'efternamn|fornamn|navn|fornavn|etternavn|sukunimi|etunimi|nimi',
  ].join('|')})$`,
)
const EMPTY =
  /^(?:(?:column|col|field|fld|var|variable|attribute|attr|unnamed|spalte|feld|campo|colonne|kolonne|kolom|data|value|text|info|misc|key|ref|reference|code|number|no|nr|id|label|entry|item|string|x|y|z|[a-z])?(?: ?\d+)?|)$/
const NOT: HeaderSign = {
  class: null,
  severity: 'warn',
  isAge: false,
  quasi: false,
  isEmpty: false,
  isOfThings: false,
}

/** Reads a header: 'PatientFirstName', 'patient_first_name' and 'PATIENT FIRST-NAME' are one. */
export function readHeader(header: string): HeaderSign {
  const text = plainWords(header)
  if (isAgeHeader(text)) return { ...NOT, isAge: true, quasi: true }
  const isEmpty = EMPTY.test(text)
  const found = classIn(text)
  if (found && !isOfThings(found, text)) {
    const quasi = found === 'postcode' || found === 'date-of-birth'
    return { ...NOT, class: found, severity: severityOf(found, text), quasi, isEmpty }
  }
  if (GEOGRAPHIC.test(text)) return { ...NOT, class: 'address', quasi: true }
  const isQuasi = QUASI.test(text) || SCRIPTS.isSex(text)
  return { ...NOT, quasi: isQuasi, isEmpty, isOfThings: !isEmpty && isAboutThings(text) }
}

function isAgeHeader(text: string): boolean {
  return AGE.test(text) || AGES.test(text) || SCRIPTS.isAge(text)
}

function isAboutThings(text: string): boolean {
  return OF_THINGS.test(text) || THINGS.test(text) || THING.test(text)
}

function severityOf(found: IdentifierClass, text: string): HeaderSign['severity'] {
  return found === 'postcode' || isOfSomething(found, text) ? 'warn' : 'block'
}

function classIn(text: string): IdentifierClass | null {
  if (PERSON.test(text)) return 'name'
  return [...SIGNS, ...STEMS].find(([, pattern]) => pattern.test(text))?.[0] ?? SCRIPTS.classOf(text)
}

/** "concept name", "device name": by such a header alone nobody knows whether it is the name of a person. */
function isOfSomething(found: IdentifierClass, text: string): boolean {
  const isStem =
    SCRIPTS.classOf(text) === 'name' || STEMS.some(([one, pattern]) => one === 'name' && pattern.test(text))
  return (
    found === 'name' && !isStem && !PERSON.test(text) && !text.split(' ').every((one) => OF_PERSONS.test(one))
  )
}

/** "drug name" and "email status" name no person. */
function isOfThings(found: IdentifierClass, text: string): boolean {
  if (found === 'name') return OF_THINGS.test(text) || THINGS.test(text)
  return found !== 'record-number' && whole('status|type|valid|verified|count|flag|kind').test(text)
}

/** What columns are about that hold names of things. */
const THING = whole(
  'meds?|medications?|drugs?|substances?|agents?|organisms?|pathogens?|syndromes?|compounds?|devices?|manufacturers?|software|firmware|versions?|release|build|procedures?|operations?|specimens?|diagnos[ei]s|tests?|interventions?',
)
const SCRIPTS = createScriptHeaders(plainWords)
const PLAIN: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ı: 'i', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe' }

/** A header in lower case, its words parted by blanks and without marks on letters. */
export function plainWords(header: string): string {
  return header
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[øłđıðþæœ]/g, (letter) => PLAIN[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
