import {
  ColumnEdit,
  type ImportEdits,
  type Preview,
  type PreviewColumn,
  ReadOptions,
} from '#domain/importing.ts'
import * as v from 'valibot'
import { type IdentifierAction, type IdentifierFinding, openBlocks } from '#domain/identifiers.ts'
import { AppError } from '#domain/errors.ts'

/** What can be typed after the name of a file. Columns are named as the preview names them. */
export interface ImportOptions {
  readonly name?: string
  readonly replaces?: string
  readonly append?: boolean
  readonly preview?: boolean
  readonly yes?: boolean
  readonly drop: readonly string[]
  readonly hash: readonly string[]
  readonly generalise: readonly string[]
  readonly keep: readonly string[]
  readonly type: readonly string[]
  readonly unit: readonly string[]
  readonly missing: readonly string[]
  readonly limits: readonly string[]
  readonly decimalOf: readonly string[]
  readonly dateOrderOf: readonly string[]
  readonly calendar: readonly string[]
  readonly century: readonly string[]
  readonly clock: readonly string[]
  readonly decimal?: string
  readonly thousands?: string
  readonly dateOrder?: string
  readonly encoding?: string
  readonly delimiter?: string
  readonly quote?: string
  readonly escape?: string
  readonly comment?: string
  readonly skip?: string
  readonly header?: boolean
  readonly headerRows?: string
  readonly below?: string
  readonly rowNames?: boolean
  readonly short?: string
  readonly take?: readonly string[]
  readonly sheet?: string
  readonly level?: string
  readonly join?: string
  readonly key?: string
  readonly by?: string
}

/** An edit that is not checked yet. */
interface Edit {
  readonly column: string
  action?: IdentifierAction
  type?: string
  unit?: string | null
  missingCodes?: readonly string[]
  limits?: string
  decimal?: string
  dateOrder?: string
  calendar?: string
  century?: number
  clock?: string
}

/** What was typed about columns, as edits of a preview. Throws 'column-missing' or 'bad-request' for what does not fit it. */
export function editsOf(options: ImportOptions, preview: Preview): ImportEdits {
  const edits = createEdits(preview)
  addActions(options, preview, edits)
  for (const [name, text] of pairsOf(options.type)) edits.of(name).type = text
  for (const [name, text] of pairsOf(options.unit)) edits.of(name).unit = text === '' ? null : text
  for (const [name, text] of pairsOf(options.limits)) edits.of(name).limits = text
  for (const [name, text] of pairsOf(options.decimalOf)) edits.of(name).decimal = text
  addDates(options, edits)
  for (const [name, text] of pairsOf(options.missing)) edits.of(name).missingCodes = text.split(',')
  return checked(v.array(ColumnEdit), edits.all())
}

function addDates(options: ImportOptions, { of }: Edits) {
  for (const [name, text] of pairsOf(options.dateOrderOf)) of(name).dateOrder = text
  for (const [name, text] of pairsOf(options.calendar)) of(name).calendar = text
  for (const [name, text] of pairsOf(options.century)) of(name).century = Number(text)
  for (const [name, text] of pairsOf(options.clock)) of(name).clock = text
}

function addActions(options: ImportOptions, preview: Preview, { of, column: known }: Edits) {
  for (const name of options.drop) of(name).action = 'drop'
  for (const name of options.hash) of(name).action = 'hash'
  for (const name of options.keep) of(name).action = 'keep'
  for (const name of options.generalise) of(name).action = generalised(known(name), preview)
  if (!options.yes) return
  for (const { column, proposed } of openBlocks(preview.identifiers)) of(column).action ??= proposed
}

type Edits = ReturnType<typeof createEdits>

function createEdits(preview: Preview) {
  const all = new Map<string, Edit>()
  function column(name: string): PreviewColumn {
    const found = preview.columns.find((one) => one.name === name)
    if (!found) throw new AppError('column-missing', `the file has no column called ${name}`)
    return found
  }
  function of(name: string): Edit {
    const known = all.get(name) ?? { column: column(name).name }
    all.set(name, known)
    return known
  }
  return { column, of, all: () => [...all.values()] }
}

/** Days become years, and ages bands of ten years. */
function generalised({ name, type }: PreviewColumn, { identifiers }: Preview): IdentifierAction {
  const isDay = (one: IdentifierFinding) => one.class === 'date-of-birth' || one.class === 'full-date'
  if (type === 'date' || identifiers.findings.some((one) => one.column === name && isDay(one))) return 'year'
  if (type === 'integer' || type === 'real') return 'age-band'
  throw new AppError('bad-request', `${name} holds neither dates nor ages; drop it or hash it`)
}

function pairsOf(texts: readonly string[]): [string, string][] {
  return texts.map((text) => {
    const at = text.lastIndexOf('=')
    if (at < 1) throw new AppError('bad-request', `write COLUMN=VALUE instead of ${text}`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
}

/** What was typed about the file itself. Throws 'bad-request' for what cannot be chosen. */
export function readOptionsOf(options: ImportOptions): ReadOptions {
  const { encoding, sheet, level } = options
  return checked(ReadOptions, {
    ...(encoding === undefined ? {} : { encoding }),
    ...(sheet === undefined ? {} : { sheet: Number(sheet) }),
    ...(level === undefined ? {} : { kind: 'dicom', dicom: { level } }),
    dialect: dialectOf(options),
  })
}

/** What was typed of how a text or a sheet is written, not checked yet. */
function dialectOf(options: ImportOptions): object {
  const { delimiter, header, headerRows, below, rowNames, skip, take } = options
  return {
    ...given('delimiter', delimiter === 'tab' ? '\t' : delimiter),
    ...given('quote', noneOf(options.quote)),
    ...given('escape', options.escape),
    ...given('comment', noneOf(options.comment)),
    ...given('skip', numberOf(skip)),
    ...given('header', header),
    ...given('headerRows', numberOf(headerRows)),
    ...given('below', numberOf(below)),
    ...given('rowNames', rowNames),
    ...given('decimal', options.decimal),
    ...given('thousands', options.thousands),
    ...given('dateOrder', options.dateOrder),
    ...given('short', options.short),
    ...(take?.length ? { take } : {}),
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function noneOf(text: string | undefined): string | undefined {
  return text === 'none' ? '' : text
}

function given(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value }
}

function checked<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new AppError('bad-request', `${v.getDotPath(issue) ?? 'an option'}: ${issue.message}`)
}
