import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate'
import { AppError } from '#domain/errors.ts'
import type { DicomLevel, ReadOptions } from '#domain/importing.ts'
import type { Staging } from './columns.ts'
import { createDicomRows } from './dicom/rows.ts'
import type { FilePart } from './messages.ts'
import { createPseudonym } from './pseudonym.ts'
import type { Reader } from './reader.ts'

/** Of each file so much is looked at: headers and reports are smaller, pixels are not wanted. */
const MAX_FILE = 16 * 1024 * 1024
const MAX_FILES = 2_000_000

/** Reads DICOM files: one, a folder of them as they come, or a zip. One row per patient, study, series or instance. */
export function createDicomReader({ dicom }: ReadOptions, staging: Staging, secret: Uint8Array): Reader {
  const level: DicomLevel = dicom?.level ?? 'instance'
  const rows = createDicomRows(level, dicom?.tags ?? null, staging, createPseudonym(secret))
  const files = createFiles((bytes, number) => rows.add(bytes, number))
  let zip: Unzip | null = null
  let lone: FilePart | null = null
  let isFirst = true

  function write(bytes: Uint8Array, file: FilePart | null) {
    if (file) return files.push(bytes, file)
    if (isFirst && isZip(bytes)) zip = openZip(files)
    isFirst = false
    if (zip) return pushZip(zip, bytes, false)
    lone = { name: 'file', last: false }
    files.push(bytes, lone)
  }
  async function end() {
    if (zip) pushZip(zip, new Uint8Array(), true)
    if (lone) files.push(new Uint8Array(), { ...lone, last: true })
    files.close()
    if (files.count() === 0) throw new AppError('file-empty', 'There is no file')
    rows.end()
  }
  return {
    kind: 'dicom',
    write: async (bytes, file) => write(bytes, file),
    end,
    peek: async () => false,
    counts: rows.counts,
    found: rows.found,
  }
}

type Files = ReturnType<typeof createFiles>

/** Puts each file together from its parts, and hands it on once it is whole. */
function createFiles(take: (bytes: Uint8Array, number: number) => void) {
  let parts: Uint8Array[] = []
  let size = 0
  let current: string | null = null
  let count = 0

  function finish() {
    if (current === null) return
    count += 1
    if (count > MAX_FILES) throw new AppError('too-large', `At most ${MAX_FILES} files can be imported`)
    take(new Uint8Array(Buffer.concat(parts)), count)
    parts = []
    size = 0
    current = null
  }
  return {
    push(bytes: Uint8Array, { name, last }: FilePart) {
      if (current !== null && current !== name) finish()
      current = name
      const room = MAX_FILE - size
      if (room > 0 && bytes.length > 0) {
        // A copy: what was cut from an unpacked archive is written over.
        parts.push(bytes.slice(0, room))
        size += Math.min(room, bytes.length)
      }
      if (last) finish()
    },
    close: finish,
    count: () => count,
  }
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
}

/** Files of an archive one after the other; folders, and what macOS and Windows put beside them, are left out. */
function openZip(files: Files): Unzip {
  let number = 0
  const zip = new Unzip((file) => {
    number += 1
    const name = `${number}`
    if (/\/$|(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store|Thumbs\.db)/.test(file.name)) return
    file.ondata = (error, bytes, last) => {
      if (error) throw error
      files.push(bytes, { name, last })
    }
    file.start()
  })
  zip.register(UnzipInflate)
  zip.register(UnzipPassThrough)
  return zip
}

function pushZip(zip: Unzip, bytes: Uint8Array, last: boolean) {
  try {
    zip.push(bytes, last)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('file-unreadable', 'The archive is damaged', { cause })
  }
}
