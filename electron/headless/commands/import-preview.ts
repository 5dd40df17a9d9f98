import type { IdentifierAction, IdentifierFinding } from '#domain/identifiers.ts'
import { openBlocks } from '#domain/identifiers.ts'
import {
  type DateDoubt,
  type ImportEdits,
  type LeftOut,
  type Preview,
  type PreviewColumn,
  TELLING_COLUMNS,
} from '#domain/importing.ts'
import { AppError } from '#domain/errors.ts'
import { choose, layOut, say, tell } from '../terminal.ts'

const SHOWN_ROWS = 5
const SHOWN_COLUMNS = 8
const SHOWN_WIDTH = 18
const SHOWN_LINES = 10

/** Writes what would be made of a file: how it is read, its columns, and its first rows. */
export function showPreview(preview: Preview): void {
  const { kind, encoding, dialect, columns, rows, rowCount, rejectedCount } = preview
  const cut = dialect
    ? `, cells between ${dialect.delimiter === '\t' ? 'tabs' : `"${dialect.delimiter}"`}`
    : ''
  const header = dialect ? (dialect.header ? ', with a header' : ', without a header') : ''
  say(
    `Read as ${kind}, ${encoding}${cut}${sheetOf(preview)}${header}: ${rowCount} rows, ${rejectedCount} rejected.`,
  )
  for (const line of aboutTheFile(preview)) say(line)
  say()
  const lines = columns.map((column) => lineOf(column, preview.identifiers.findings))
  say(layOut([['column', 'type', 'unit', 'missing', 'codes for missing', 'tells who'], ...lines]))
  for (const line of columns.flatMap(doubtsAbout)) say(line)
  say()
  const some = columns.slice(0, SHOWN_COLUMNS).map(({ name }) => name)
  const first = rows
    .slice(0, SHOWN_ROWS)
    .map((row) => some.map((_, at) => (row[at] ?? '').slice(0, SHOWN_WIDTH)))
  say(layOut([some.map((name) => name.slice(0, SHOWN_WIDTH)), ...first]))
}

function sheetOf({ sheet, sheets }: Preview): string {
  return sheet && sheets.length > 1 ? `, sheet ${sheet} of ${sheets.length}` : ''
}

/** What a person should look at in how a file was read, and what can be typed to read it otherwise. */
export function doubtsIn(preview: Preview): string[] {
  return [...aboutTheFile(preview), ...preview.columns.flatMap(doubtsAbout)]
}

function aboutTheFile(preview: Preview): string[] {
  return [...lettersIn(preview), ...shapeIn(preview), ...repeatsIn(preview)]
}

/** What stands in the table several times. */
function repeatsIn({ repeats, rowCount, columns }: Preview): string[] {
  if (!repeats) return []
  const { rows, isAbout, patients } = repeats
  const about = isAbout ? 'about ' : ''
  const chance = columns.length < TELLING_COLUMNS ? ' With so few columns that may be chance.' : ''
  return [
    ...(rows > 0
      ? [
          `Repeated: ${about}${rows} of ${rowCount} rows are the same as an earlier row in every cell.${chance}`,
        ]
      : []),
    ...(patients
      ? [
          `Repeated: ${about}${patients.rows} of ${rowCount} rows are of patients who stand in the table already, by ${patients.column}.`,
        ]
      : []),
  ]
}

function lettersIn({ readings }: Preview): string[] {
  if (!readings) return []
  return [
    'Its letters can be read in more than one way; if the first is wrong, say --encoding:',
    layOut(readings.map(({ encoding: name, words }) => [name, words.join(', ')])),
  ]
}

/** How a column's numbers, dates and times are read where that is a choice. */
function doubtsAbout(column: PreviewColumn): string[] {
  const { name, ambiguous, doubts, limits, decimal } = column
  const lines = datesOf(column)
  if (ambiguous && doubts.length === 0)
    lines.push(
      `${name} may have decimals or thousands: "${decimal}" is read as the decimal mark (--decimal-of).`,
    )
  if (limits)
    lines.push(
      `${name} has ${limits.below} cells such as <5 and ${limits.above} such as >200, read as ${limits.as} (--limits).`,
    )
  return lines
}

/** How a column's dates and times are read, and what can be typed to have them read otherwise. */
function datesOf(column: PreviewColumn): string[] {
  const { name, dateOrder, calendar, century, clock, doubts } = column
  const doubt = (one: DateDoubt) => (doubts.includes(one) ? ' Nothing in the file says so.' : '')
  const lines: string[] = []
  if (doubts.includes('order'))
    lines.push(`${name}: dates may have the day or the month first; read as ${dateOrder} (--date-order-of).`)
  if (calendar !== null && (calendar !== 'gregorian' || doubts.includes('calendar')))
    lines.push(`${name}: dates of the ${calendar} calendar (--calendar).${doubt('calendar')}`)
  if (century !== null)
    lines.push(
      `${name}: years of two digits up to ${century} are of this century (--century).${doubt('century')}`,
    )
  return clock === null ? lines : [...lines, `${name}: ${timesOf(column)}${doubt('clock')}`]
}

function timesOf({ name, type, unit }: PreviewColumn): string {
  if (type === 'integer' || type === 'real') return `times are numbers in ${unit} (--clock).`
  return `times stay as written; --type "${name}=real" makes numbers of them, in minutes.`
}

const LEFT_OUT: Readonly<Record<LeftOut['kind'], string>> = {
  titles: 'before the table (take in: --skip 0)',
  comments: 'of comment (take in: --comment none)',
  units: 'of units below the header (take in: --below 0)',
  below: 'below the header that are no rows (take in: --below 0)',
  rules: 'of dashes (take in: --take rules)',
  repeats: 'that repeat the header (take in: --take repeats)',
  totals: 'of totals at the end (take in: --take totals)',
  notes: 'of notes at the end (take in: --take notes)',
  blanks: 'at the end with nothing in them (take in: --take blanks)',
  end: 'zero bytes or marks behind the end of the text',
}

/** What was left out of a table, and where it is doubtful whether the first line names the columns. */
function shapeIn({ shape }: Preview): string[] {
  if (!shape) return []
  const { leftOut, headerInDoubt, header } = shape
  const doubt = header
    ? 'Only its look tells that the first line names the columns; if it is a row, say --no-header.'
    : 'Only its look tells that the first line is a row; if it names the columns, say --header.'
  return [...(headerInDoubt ? [doubt] : []), ...leftOut.map(leftOutLine)]
}

function leftOutLine({ kind, count, lines }: LeftOut): string {
  const where = lines.length > 0 ? `: line ${lines.slice(0, SHOWN_LINES).join(', ')}` : ''
  const more = lines.length > 0 && count > SHOWN_LINES ? ' and more' : ''
  return `Left out: ${count} ${kind === 'end' ? '' : 'lines '}${LEFT_OUT[kind]}${where}${more}.`
}

function lineOf(column: PreviewColumn, findings: readonly IdentifierFinding[]): string[] {
  const { name, type, unit, missing, missingCodes, suggestedCodes } = column
  const codes = [...missingCodes, ...suggestedCodes.map(({ code }) => `${code}?`)].join(' ')
  const found = findings
    .filter((one) => one.column === name)
    .map((one) => `${one.class} (${one.action ?? (one.severity === 'block' ? 'open' : 'warning')})`)
  return [name, type, unit ?? '', String(missing), codes, found.join(', ')]
}

const LETTERS: readonly (readonly [string, IdentifierAction])[] = [
  ['d', 'drop'],
  ['h', 'hash'],
  ['y', 'year'],
  ['b', 'age-band'],
  ['k', 'keep'],
]

/**
 * Asks what is done with each column that tells who patients are, and adds the answers to `edits`. Throws 'identifiers-found'
 * where nobody can be asked, and says there what can be typed instead.
 */
export async function askAboutIdentifiers(preview: Preview, edits: ImportEdits): Promise<ImportEdits> {
  const open = openBlocks(preview.identifiers)
  if (open.length === 0) return edits
  if (!process.stdin.isTTY) throw new AppError('identifiers-found', whatToType(open))
  const answers = new Map<string, IdentifierAction>()
  for (const { column, class: one, proposed } of open) {
    if (answers.has(column)) continue
    tell(`The column "${column}" tells who a patient is (${one}).`)
    const letter = LETTERS.find(([, action]) => action === proposed)?.[0] ?? 'd'
    const question = '[d]rop it, [h]ash it, keep its [y]ear, age [b]ands, or [k]eep it as it is?'
    answers.set(column, await choose(question, new Map(LETTERS), letter))
  }
  const others = edits.filter(({ column }) => !answers.has(column))
  const before = new Map(edits.map((edit) => [edit.column, edit]))
  return [...others, ...[...answers].map(([column, action]) => ({ ...before.get(column), column, action }))]
}

function whatToType(open: readonly IdentifierFinding[]): string {
  const columns = [...new Set(open.map(({ column, class: one }) => `${column} (${one})`))]
  return `${columns.join(', ')}; say --drop, --hash, --generalise or --keep COLUMN, or --yes for what is proposed`
}
