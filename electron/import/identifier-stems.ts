import type { IdentifierClass } from '#domain/identifiers.ts'

/**
 * Headers put together of stems, as "patientnummer", "nr pacjenta" and "broj pacijenta" are: languages without an English
 * word in them, and abbreviations. Stems are written as `plainWords` leaves them, without marks on their letters.
 */
const NUMBER = String.raw`(?:nummer|nr|num|numer\w*|number|cislo|cisla|\w*szama?|broj|numara\w*|no|id|ident\w*|kod|kennung|kennziffer)`
const OF = '(?:(?:de|do|da|di|del|der|des|van|of) )?'
/** A stem together with a word for a number, in either order, written as one or as several. */
const numbered = (stems: string) =>
  new RegExp(
    String.raw`(?:^| )\w*(?:${stems})\w*? ?${NUMBER}(?: |$)|(?:^| )${NUMBER} ${OF}\w*(?:${stems})\w*(?: |$)`,
  )
const whole = (words: string) => new RegExp(`(?:^| )(?:${words})(?: |$)`)
const lone = (words: string) => new RegExp(`^(?:${words})$`)

const BORN = String.raw`(?:geb|geburt|geboort|fod|nasc|nacim|naiss|urodz|narozen|naroden|rodj|rodenj|szulet|syntym|dogum|sund)\w*`
const DATE = String.raw`(?:datum|dato|data|date|dat|dt|dag|tag|fecha|datuma|ideje|aika|tarihi|kuupaev)`

/** In this order: the first that fits decides. */
export const STEMS: readonly (readonly [IdentifierClass, RegExp])[] = [
  [
    'date-of-birth',
    new RegExp(
      String.raw`(?:^| )(?:${DATE} ${OF}${BORN}|${BORN} ?${DATE}|data ur|dat nar|fodt|fodd|geboren|nato il|nata il|nacido el)(?: |$)`,
    ),
  ],
  [
    'email',
    whole(
      String.raw`elektronick\w* (?:adres\w*|post\w*)|correio eletronico|poczta (?:elektroniczna|mailowa)|e ?posta\w*|e ?post\w*|sahkoposti\w*`,
    ),
  ],
  [
    'phone',
    whole(
      String.raw`\w*telefon\w*|\w*telefo[on]e?\w*|mobil(?:ni|ny|e)?(?: ?(?:nr|nummer|cislo|telefon\w*))?|mobiel\w*|komork\w*|(?:tel )?komorkow\w*|gsm\w*|matkapuhelin\w*`,
    ),
  ],
  [
    'card-number',
    whole(
      String.raw`\w*kreditk\w*|kreditni kart\w*|kart[ay] (?:kredytow\w*|platnicz\w*)|cartao(?: de (?:credito|debito))?|betalingskort\w*|bankkort\w*|betaalkaart\w*|hitelkartya\w*|luottokort\w*|creditcard\w*`,
    ),
  ],
  [
    'account-number',
    whole(
      String.raw`(?:cislo )?(?:bankovni\w* )?uct[ue]|bankkont\w*|konto ?(?:nr|nummer)|(?:numer|nr) (?:konta|rachunku)\w*|conta (?:bancaria|corrente)|bankszamla\w*|tilinumero|hesap (?:no|numarasi)|rekening ?(?:nr|nummer)`,
    ),
  ],
  [
    'national-number',
    whole(
      String.raw`rodn\w* cisl\w*|personal ?(?:nummer|nr|code|id)|person(?:en)? ?(?:nummer|nr|id)|(?:nr |numer )?pesel|taj(?: ?szam)?|cnp|tckn|(?:tc )?kimlik(?: no)?|oib|jmbg|egn|isikukood|asmens kodas|personas kods|rijksregister\w*|insz|niss|ahv(?: ?(?:nr|nummer))?|numero (?:de )?utente|cpf(?: \w+)?|cpr(?: ?\w+)?|bsn(?: \w+)?`,
    ),
  ],
  ['national-number', lone('pnr|rc|avs|nif|pin|dni(?: (?:nie|nif|paciente|del paciente))?')],
  [
    'device-number',
    numbered(
      'seri|seryjn|serijsk|sorozat|sarja|seriov|vyrobn|apparat|geraet|gerat|toestel|aparelh|dispositiv|urzadzen|pristroj|pacemaker|schrittmacher|rozrusznik|stimulat',
    ),
  ],
  ['device-number', whole(String.raw`imei(?: \w+){0,2}`)],
  [
    'record-number',
    numbered(
      'patient|pasient|pacient|pacjent|pacijent|pazient|potila|beteg|hasta|journal|dossier|prontuari|chorob|kartotek|krankenakt|cartella|remis|behandlung|episod|indlaeg|innlegg|inskriv|opname|aufnahm|ricover|atendiment|hospitali|przyjec|sejour|estancia|probant|proband|versuchsperson',
    ),
  ],
  ['record-number', whole(String.raw`(?:pat|pt|px)(?: ?(?:id|nr|no))|prontuario|chorobopis\w*`)],
  [
    'postcode',
    whole(
      String.raw`psc|postinumero|iranyitoszam|cod postal|posta kodu|postanski broj|smerovaci cislo|post(?:al|leit)\w*|postcode \w+`,
    ),
  ],
  [
    'name',
    whole(
      String.raw`(?:patient|pasient|achter|voor|meisjes|for|efter|etter|mellem|mellom|mellan|familie|familje|slakt)\w*(?:naam|namn|navn|name)|prijmen\w*|jmeno(?: \w+)?|krestni \w+|prezime|imie(?: \w+)?|imiona|vezeteknev|keresztnev|csaladnev|betegnev|prenume|soyad\w*|sukunimi|etunimi|pacjent|pacient|paciente|paziente|pasient`,
    ),
  ],
  ['name', lone(String.raw`(?:ime|nev|nume|ad|isim)(?: \w+)?`)],
  [
    'address',
    whole(
      String.raw`\w*adres[aeosy]?s?e?|\w*adresse?|logradouro|bairro|bydlist\w*|(?:vej|gade|gatu|gate)(?:navn|namn)?(?: \w+){0,2}|ulice|ulici|utca|lakcim|strada|sokak|cadde|osoite|wohnsitz|zamieszk\w*|morada|residenza|domicil\w*|straat(?: \w+){0,2}`,
    ),
  ],
  [
    'url',
    whole(
      String.raw`strona (?:internetowa|www)|webov\w* stran\w*|webb?plats|hjemmeside\w*|hemsida|pagina web|weboldal|kotisivu\w*|internetseite|webadres\w*|webadress\w*`,
    ),
  ],
]

/** What has a name of its own and is no person, in the languages of the stems. */
export const THINGS = whole(
  String.raw`medicament\w*|medikament\w*|medicin\w*|medicijn\w*|geneesmiddel\w*|lek[uyi]?|lekarstv\w*|lakemedel\w*|laegemiddel\w*|legemiddel\w*|arzneimittel\w*|farmac\w*|farmak\w*|wirkstoff\w*|substan\w*|produ[ck]t\w*|produit|szpital\w*|nemocnic\w*|krankenhaus\w*|ziekenhuis\w*|sykehus\w*|sjukhus\w*|sygehus\w*|kli?ni[ck]\w*|oddzial\w*|oddeleni\w*|avdelning\w*|afdeling\w*|abteilung\w*|station|reparto|servicio|setor|studi\w*|projekt\w*|hopital|centro|zentrum|land|kraj|pais|pays`,
)

/** Ages in other languages, at whatever time. */
export const AGES = whole(
  String.raw`vek(?: \w+){0,2}|wiek(?: \w+){0,2}|leeftijd(?: \w+){0,2}|alder(?: \w+){0,2}|idade(?: \w+){0,2}|edad(?: \w+){0,2}|eta(?: \w+){0,2}|eletkor|yas|yasi|varsta|starost|ika(?: \w+)?`,
)
