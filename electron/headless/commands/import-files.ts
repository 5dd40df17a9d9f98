import { existsSync, readdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { type Client, MAX_CHUNK_BYTES } from '#contract/calls.ts'
import { AppError } from '#domain/errors.ts'

/** One file, or a folder of DICOM files. */
export interface Source {
  readonly isFolder: boolean
  readonly files: readonly { readonly file: string; readonly size: number }[]
  readonly size: number
}

/** Throws 'file-missing', 'file-unreadable' or 'file-empty' where there is nothing to import. */
export function sourceOf(place: string): Source {
  const stats = existsSync(place) ? statSync(place) : null
  if (!stats) throw new AppError('file-missing', place)
  if (!stats.isFile() && !stats.isDirectory())
    throw new AppError('file-unreadable', `${place} is neither a file nor a folder`)
  const isFolder = stats.isDirectory()
  const files = (isFolder ? filesIn(place) : [place]).map((file) => ({ file, size: statSync(file).size }))
  const size = files.reduce((sum, one) => sum + one.size, 0)
  if (size === 0) throw new AppError('file-empty', place)
  return { isFolder, files, size }
}

/** Streams a source to the engine in chunks; files of a folder by their number, because their names may be those of patients. */
export async function sendSource(client: Client, id: string, { isFolder, files }: Source): Promise<void> {
  for (const [number, { file, size }] of files.entries()) {
    const send = (bytes: Uint8Array<ArrayBuffer>, last: boolean) =>
      client.call('imports.chunk', { id, bytes, file: isFolder ? { name: String(number), last } : null })
    // An empty file is refused with a reason like any other that cannot be read.
    if (size === 0) await send(new Uint8Array(), true)
    let sent = 0
    await sendFile(file, (chunk) => {
      sent += chunk.length
      return send(chunk, sent === size)
    })
  }
}

/** Reads a file and hands on its chunks, one after the other. */
export async function sendFile(
  file: string,
  send: (chunk: Uint8Array<ArrayBuffer>) => Promise<unknown>,
): Promise<void> {
  const handle = await open(file)
  for await (const bytes of handle.createReadStream({ highWaterMark: MAX_CHUNK_BYTES }))
    await send(new Uint8Array(bytes as Buffer))
}

/** All files under a folder but for hidden ones, in one order. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && !one.name.startsWith('.'))
    .map((one) => path.join(one.parentPath, one.name))
    .toSorted((a, b) => (a < b ? -1 : 1))
}
