import { AppError } from '#domain/errors.ts'
import type { FileKind } from '#domain/importing.ts'
import { isDicom } from './dicom/parse.ts'

const SAVE = 'save it as .xlsx or CSV'
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
/** What archives of other programs hold. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/opendocument\.spreadsheet/, `An OpenDocument spreadsheet (.ods): ${SAVE}`],
  [/opendocument\./, 'An OpenDocument file that is no spreadsheet: it is not a table'],
  [/xl\/workbook\.bin/, `A binary Excel workbook (.xlsb): ${SAVE}`],
  [/\.iwa/, `A Numbers spreadsheet: ${SAVE}`],
  [/word\/|ppt\//, 'A document of text or slides: it is not a table'],
]
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
  refusePage(text)
  return 'csv'
}

function kindOfArchive(text: string): FileKind {
  const other = OTHERS.find(([pattern]) => pattern.test(text))
  if (other) throw refused(other[1])
  return /\[Content_Types\]\.xml|xl\/|_rels\/|docProps\//.test(text) ? 'xlsx' : 'dicom'
}

/** A workbook with a password is one file within an old one. */
function oldWorkbook(text: string): string {
  if (text.includes(WIDE('EncryptedPackage')))
    return 'The workbook is protected by a password: save it without one'
  if (text.includes(WIDE('Workbook')) || text.includes(WIDE('Book')))
    return `An old Excel workbook (.xls): ${SAVE}`
  return `An old Excel workbook (.xls), or one with a password: save it without a password, as .xlsx or CSV`
}

/** Many programs write a web page or XML and call it .xls. */
function refusePage(text: string): void {
  const start = text
    .replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '')
    .replaceAll('\0', '')
    .trimStart()
  if (/^(?:<!doctype html|<html|<head|<meta|<body|<style|<table|<!--)/i.test(start))
    throw refused(
      `A web page (HTML), not a table of its own, whatever its name ends in: open it in a spreadsheet and ${SAVE}`,
    )
  if (start.startsWith('<?xml'))
    throw refused(`An XML file, not a table of its own: open it in a spreadsheet and ${SAVE}`)
  if (start.startsWith('%PDF')) throw refused('A PDF document: it is not a table')
}

function refused(message: string): AppError {
  return new AppError('file-unreadable', message)
}
