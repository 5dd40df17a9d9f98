import { AppError } from '#domain/errors.ts'
import type { FileKind } from '#domain/importing.ts'
import { isDicom } from './dicom/parse.ts'

const SAVE = 'save it as .xlsx or CSV'
const CONVERT = 'export it as CSV or Parquet'
/** What is packed or encrypted as a whole, by its first bytes. */
const PACKED: readonly (readonly [string, string])[] = [
  ['\u001f\u008b', 'gzip'],
  ['\u0004"M\u0018', 'LZ4'],
  ['(\u00b5/\u00fd', 'Zstandard'],
  ['BZh', 'bzip2'],
  ['\u00fd7zXZ\0', 'xz'],
  ["7z\u00bc\u00af'\u001c", '7-Zip'],
  ['Rar!\u001a', 'RAR'],
]
const STATA = `A Stata file (.dta): ${CONVERT}`
const HDF5 = `An HDF5 or NetCDF file: ${CONVERT}`
/** Files of other programs that are no text, by their first bytes. */
const BINARY: readonly (readonly [string, string])[] = [
  ['\0'.repeat(12) + '\u00c2\u00ea\u0081\u0060', `A SAS data set (.sas7bdat): ${CONVERT}`],
  ['q\u0002\u0001\0', STATA],
  ['r\u0002\u0001\0', STATA],
  ['s\u0002\u0001\0', STATA],
  ['SQLite format 3\0', `An SQLite database: ${CONVERT}`],
  ['\0\u0001\0\0Standard ', `An Access database: ${CONVERT}`],
  ['ARROW1', 'An Arrow or Feather file: write it as Parquet or CSV'],
  ['FEA1', 'An Arrow or Feather file: write it as Parquet or CSV'],
  ['ORC', 'An ORC file: write it as Parquet or CSV'],
  ['Obj\u0001', 'An Avro file: write it as Parquet or CSV'],
  ['\u0089HDF\r\n', HDF5],
  ['CDF\u0001', HDF5],
  ['CDF\u0002', HDF5],
  ['%PDF', 'A PDF document: it is not a table'],
]
/** Others by how they begin, among them texts that are no tables. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/^\s*(?:\{\s*"|\[\s*[[{]\s*["\d[])/, `A JSON file (FHIR exports are such): ${CONVERT}`],
  [/^MSH\|\^~|^FHS\||^BHS\|/, `A file of HL7 messages: ${CONVERT}`],
  [/^\$FL[23]@\(#\)/, `An SPSS file (.sav): ${CONVERT}`],
  [/^HEADER RECORD\*{7}/, `A SAS transport file (.xpt): ${CONVERT}`],
  [/^<stata_dta>/, STATA],
  [/^RD[AX][23]\n/, `A file of R: ${CONVERT}`],
  [/^MATLAB 5\.0/, `A MATLAB file: ${CONVERT}`],
  [/^\{\\rtf/, 'A document of text (RTF): it is not a table'],
  [/^(?:\u00ff\u00d8\u00ff|\u0089PNG|GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*)/s, 'A picture: it is not a table'],
  [/^ID;P[A-Z]+[;\r\n].*\r?\n?[A-Z];/s, `A SYLK spreadsheet: ${SAVE}`],
  [/^@relation\s/im, `A Weka file (ARFF): ${CONVERT}`],
  [/^MIME-Version:/i, `A web page (MHTML), whatever its name ends in: open it in a spreadsheet and ${SAVE}`],
]
/** What archives of other programs hold. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/opendocument\.spreadsheet/, `An OpenDocument spreadsheet (.ods): ${SAVE}`],
  [/opendocument\./, 'An OpenDocument file that is no spreadsheet: it is not a table'],
  [/xl\/workbook\.bin/, `A binary Excel workbook (.xlsb): ${SAVE}`],
  [/\.iwa/, `A Numbers spreadsheet: ${SAVE}`],
  [/word\/|ppt\//, 'A document of text or slides: it is not a table'],
]
/** The name of an archive's first file, which stands behind so many bytes (local file header of ZIP), is one of a table. */
const NAME_AT = 30
const PACKED_TABLE = /^[^\0]{1,200}?\.(?:csv|tsv|txt|xlsx?|parquet|json|sav|dta|sas7bdat)/i
const WIDE = (text: string) => Buffer.from(text, 'utf16le').toString('latin1')

/** What kind of file begins with these bytes. Throws 'file-unreadable' for what is none of ours, by its name. */
export function kindOf(bytes: Buffer): FileKind {
  const text = bytes.toString('latin1')
  if (text.startsWith('PAR1')) return 'parquet'
  if (text.startsWith('PARE')) throw refused('A Parquet file that is encrypted: write it without encryption')
  if (isDicom(bytes)) return 'dicom'
  if (text.startsWith('PK\u0003\u0004')) return kindOfArchive(text)
  const packed = PACKED.find(([mark]) => text.startsWith(mark))
  if (packed) throw refused(`The file is compressed with ${packed[1]}: unpack it first`)
  if (text.startsWith('\u00d0\u00cf\u0011\u00e0')) throw refused(oldWorkbook(text))
  refuseForeign(text)
  return 'csv'
}

function kindOfArchive(text: string): FileKind {
  const other = OTHERS.find(([pattern]) => pattern.test(text))
  if (other) throw refused(other[1])
  if (/\[Content_Types\]\.xml|xl\/|_rels\/|docProps\//.test(text)) return 'xlsx'
  if (PACKED_TABLE.test(text.slice(NAME_AT)))
    throw refused('A ZIP archive with a table in it: unpack it first')
  return 'dicom'
}

/** A workbook with a password is one file within an old one. */
function oldWorkbook(text: string): string {
  if (text.includes(WIDE('EncryptedPackage')))
    return 'The workbook is protected by a password: save it without one'
  if (text.includes(WIDE('Workbook')) || text.includes(WIDE('Book')))
    return `An old Excel workbook (.xls): ${SAVE}`
  return `An old Excel workbook (.xls), or one with a password: save it without a password, as .xlsx or CSV`
}

function refuseForeign(text: string): void {
  const plain = text.replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '')
  const foreign =
    BINARY.find(([mark]) => text.startsWith(mark)) ?? FOREIGN.find(([pattern]) => pattern.test(plain))
  if (foreign) throw refused(foreign[1])
  refusePage(plain.replaceAll('\0', '').trimStart())
}

/** Many programs write a web page or XML and call it .xls. */
function refusePage(start: string): void {
  if (/^(?:<!doctype html|<html|<head|<meta|<body|<style|<table|<!--)/i.test(start))
    throw refused(
      `A web page (HTML), not a table of its own, whatever its name ends in: open it in a spreadsheet and ${SAVE}`,
    )
  if (start.startsWith('<?xml'))
    throw refused(`An XML file, not a table of its own: open it in a spreadsheet and ${SAVE}`)
}

function refused(message: string): AppError {
  return new AppError('file-unreadable', message)
}
