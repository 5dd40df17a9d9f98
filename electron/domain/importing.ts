import * as v from 'valibot'
import { ColumnType, RejectedRow } from './dataset.ts'
import { IdentifierAction, IdentifierReport } from './identifiers.ts'
import { Count, Name, Text } from './values.ts'

export const FileKind = v.picklist(['csv', 'xlsx', 'parquet', 'dicom'])
export type FileKind = v.InferOutput<typeof FileKind>

/**
 * Encodings that a person may choose for a file of text: all of the WHATWG Encoding Standard by its names, Latin-1 and Latin-5 in
 * the strict sense, and the code pages of DOS, which old laboratory systems write.
 */
export const Encoding = v.picklist([
  ...(['utf-8', 'utf-16le', 'utf-16be'] as const),
  ...([
    'windows-1250',
    'windows-1251',
    'windows-1252',
    'windows-1253',
    'windows-1254',
    'windows-1255',
  ] as const),
  ...(['windows-1256', 'windows-1257', 'windows-1258', 'windows-874'] as const),
  ...([
    'iso-8859-1',
    'iso-8859-2',
    'iso-8859-3',
    'iso-8859-4',
    'iso-8859-5',
    'iso-8859-6',
    'iso-8859-7',
  ] as const),
  ...([
    'iso-8859-8',
    'iso-8859-9',
    'iso-8859-10',
    'iso-8859-13',
    'iso-8859-14',
    'iso-8859-15',
    'iso-8859-16',
  ] as const),
  ...(['koi8-r', 'koi8-u', 'macintosh', 'x-mac-cyrillic'] as const),
  ...(['shift_jis', 'euc-jp', 'iso-2022-jp', 'euc-kr', 'big5', 'gbk', 'gb18030'] as const),
  ...([
    'ibm437',
    'ibm737',
    'ibm775',
    'ibm850',
    'ibm852',
    'ibm855',
    'ibm857',
    'ibm860',
    'ibm861',
    'ibm862',
  ] as const),
  ...(['ibm863', 'ibm865', 'ibm866', 'ibm869'] as const),
])
export type Encoding = v.InferOutput<typeof Encoding>

export const DateOrder = v.picklist(['ymd', 'dmy', 'mdy'])
export type DateOrder = v.InferOutput<typeof DateOrder>

/** Calendars in which hospitals write days. Hijri is that of Umm al-Qura, Persian the solar Hijri one, Minguo that of Taiwan. */
export const Calendar = v.picklist(['gregorian', 'buddhist', 'hijri', 'persian', 'minguo'])
export type Calendar = v.InferOutput<typeof Calendar>

/** What the two parts of a time such as 25:30 are. */
export const Clock = v.picklist(['h:mm', 'mm:ss'])
export type Clock = v.InferOutput<typeof Clock>

/** What of a column of dates or times fits more than one meaning, and is for a person to say. */
export const DateDoubt = v.picklist(['order', 'calendar', 'century', 'clock'])
export type DateDoubt = v.InferOutput<typeof DateDoubt>

/** Lines that stand within a table and are no rows of it, so that they are left out unless a person takes them in. */
export const Stray = v.picklist(['rules', 'repeats', 'totals', 'notes', 'blanks'])
export type Stray = v.InferOutput<typeof Stray>

/** How a file of separated values is written. Null: told by each column. */
export const Dialect = v.strictObject({
  delimiter: v.picklist([',', ';', '\t', '|', '^', '~', ':', ' ']),
  quote: v.picklist(['"', "'", '']),
  /** How a quote is written inside quotes. */
  escape: v.picklist(['double', 'backslash']),
  header: v.boolean(),
  /** Rows begin with a name that the header leaves out, as R writes them. */
  rowNames: v.boolean(),
  /** Lines before the table, without empty ones and comments. */
  skip: Count(0, 1000),
  /** Lines of the header, if there is one; the names in them are joined. */
  headerRows: Count(1, 3),
  /** Lines below the header that are no rows, such as one of units. */
  below: Count(0, 10),
  /** What a line of comment begins with; empty where there are none. */
  comment: v.picklist(['', '#', '%', '//', '!']),
  /** What is taken in although it looks like no row. */
  take: v.pipe(v.array(Stray), v.maxLength(5)),
  decimal: v.nullable(v.picklist(['.', ','])),
  thousands: v.nullable(v.picklist(['', ',', '.', ' ', "'"])),
  dateOrder: v.nullable(DateOrder),
  /** What is done with a line of too few cells. */
  short: v.picklist(['refuse', 'fill']),
})
export type Dialect = v.InferOutput<typeof Dialect>

/** What a row of a table made of DICOM files stands for. */
export const DicomLevel = v.picklist(['patient', 'study', 'series', 'instance'])
export type DicomLevel = v.InferOutput<typeof DicomLevel>

/** What a person says of a file before it is read; everything else is found out. */
export const ReadOptions = v.strictObject({
  kind: v.optional(FileKind),
  encoding: v.optional(Encoding),
  dialect: v.optional(v.partial(Dialect)),
  /** The sheet of a workbook, 1 = first. */
  sheet: v.optional(Count(1, 1000)),
  dicom: v.optional(
    v.strictObject({
      level: DicomLevel,
      /** Keywords or paths of allow-listed tags; without it, all of them that occur. */
      tags: v.optional(v.pipe(v.array(Text(200)), v.maxLength(500))),
    }),
  ),
})
export type ReadOptions = v.InferOutput<typeof ReadOptions>

/** What a cell such as <5 or >200 is read as, beside the word that says that it lies below or above. */
export const Limits = v.picklist(['limit', 'half', 'missing'])
export type Limits = v.InferOutput<typeof Limits>

/** What a person changes of a proposed column. Cells that cannot be read as a chosen type are counted as unreadable. */
export const ColumnEdit = v.strictObject({
  column: Name,
  type: v.optional(ColumnType),
  unit: v.optional(v.nullable(Text(40))),
  missingCodes: v.optional(v.pipe(v.array(Text(60)), v.maxLength(50))),
  dateOrder: v.optional(DateOrder),
  calendar: v.optional(Calendar),
  /** Years of two digits up to this one are of this century, later ones of the last. */
  century: v.optional(Count(0, 99)),
  clock: v.optional(Clock),
  /** How its decimals are written; then the other mark groups thousands. */
  decimal: v.optional(v.picklist(['.', ','])),
  /** The limit itself (without it), half of a lower limit and all of an upper one, or missing. */
  limits: v.optional(Limits),
  action: v.optional(IdentifierAction),
})
export type ColumnEdit = v.InferOutput<typeof ColumnEdit>

export const ImportEdits = v.pipe(v.array(ColumnEdit), v.maxLength(20_000))
export type ImportEdits = v.InferOutput<typeof ImportEdits>

/** A column as it is proposed before anything is kept. */
export const PreviewColumn = v.strictObject({
  name: Name,
  type: ColumnType,
  unit: v.nullable(Text(40)),
  /** Codes that will be read as missing, as written in the file. */
  missingCodes: v.pipe(v.array(Text(60)), v.maxLength(50)),
  /** Codes that look as if they meant missing, and are values until a person says so. */
  suggestedCodes: v.pipe(v.array(v.strictObject({ code: Text(60), count: Count(1, 1e9) })), v.maxLength(20)),
  missing: Count(0, 1e9),
  decimal: v.picklist(['.', ',']),
  thousands: v.picklist(['', ',', '.', ' ', "'"]),
  dateOrder: v.nullable(DateOrder),
  /** Of dates: the calendar that they are written in. */
  calendar: v.nullable(Calendar),
  /** Of dates with years of two digits: the last one that is of this century. */
  century: v.nullable(Count(0, 99)),
  /** Of times of day and durations: what two parts are. */
  clock: v.nullable(Clock),
  /** What of its dates and times a person has to say. */
  doubts: v.pipe(v.array(DateDoubt), v.maxLength(4)),
  /** Cells may mean two things: those of dates and times as `doubts` says, the mark in numbers decimals or thousands. */
  ambiguous: v.boolean(),
  /** How many cells say only that a number lies below or above another, and what they are read as; null where none does. */
  limits: v.nullable(v.strictObject({ below: Count(0, 1e9), above: Count(0, 1e9), as: Limits })),
  /** How the header's name was changed. */
  note: v.nullable(v.picklist(['empty', 'duplicate', 'too-long'])),
})
export type PreviewColumn = v.InferOutput<typeof PreviewColumn>

/** A way to read the letters of a file, with some of its words. */
export const EncodingReading = v.strictObject({
  encoding: Encoding,
  words: v.pipe(v.array(Text(60)), v.maxLength(3)),
})
export type EncodingReading = v.InferOutput<typeof EncodingReading>

/** Lines that are not taken into a table: how many of a kind, and where the first of them stand. */
export const LeftOut = v.strictObject({
  kind: v.picklist(['titles', 'comments', 'units', 'below', 'end', ...Stray.options]),
  count: Count(1, 1e9),
  lines: v.pipe(v.array(Count(1, 1e9)), v.maxLength(1000)),
})
export type LeftOut = v.InferOutput<typeof LeftOut>

/** Where the table was found in a file of text or in a sheet. */
export const Shape = v.strictObject({
  header: v.boolean(),
  headerRows: Count(1, 3),
  skip: Count(0, 1000),
  below: Count(0, 10),
  /** Nothing but the look of the words says whether the first line names the columns. */
  headerInDoubt: v.boolean(),
  leftOut: v.pipe(v.array(LeftOut), v.maxLength(10)),
})
export type Shape = v.InferOutput<typeof Shape>

/** Rows of fewer columns are often equal by chance. */
export const TELLING_COLUMNS = 8

/** What stands in a table several times, in counts. */
export const Repeats = v.strictObject({
  /** Rows that are the same as an earlier one in every cell. */
  rows: Count(0, 1e9),
  /** Counted by a share of a very large table. */
  isAbout: v.boolean(),
  /** The column that says of whom a row is, and further rows of patients who stand in the table already. */
  patients: v.nullable(v.strictObject({ column: Name, rows: Count(1, 1e9) })),
})
export type Repeats = v.InferOutput<typeof Repeats>

/** The first rows of a file and what is proposed to make of them. Held in memory only. */
export const Preview = v.strictObject({
  kind: FileKind,
  encoding: Text(40),
  dialect: v.nullable(Dialect),
  sheets: v.pipe(v.array(Text(200)), v.maxLength(1000)),
  /** The sheet that is read, 1 = first. */
  sheet: v.optional(Count(1, 1000)),
  columns: v.pipe(v.array(PreviewColumn), v.maxLength(20_000)),
  /** At most 50 rows as they are written, cells cut at 100 characters. */
  rows: v.pipe(v.array(v.array(Text(101))), v.maxLength(50)),
  rowCount: Count(0, 1e9),
  rejected: v.pipe(v.array(RejectedRow), v.maxLength(1000)),
  rejectedCount: Count(0, 1e9),
  identifiers: IdentifierReport,
  /** Where the bytes leave a doubt about the encoding: ways to read them, the likeliest first, with words of the file as each shows them. */
  readings: v.exactOptional(v.pipe(v.array(EncodingReading), v.maxLength(3))),
  shape: v.exactOptional(Shape),
  repeats: v.exactOptional(Repeats),
})
export type Preview = v.InferOutput<typeof Preview>
