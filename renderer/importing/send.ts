import { MAX_CHUNK_BYTES } from '#contract/calls.ts'
import type { ImportProgress } from '#contract/views.ts'
import { AppError } from '#domain/errors.ts'
import type { Engine } from '../bridge/engine.svelte.ts'
import type { ImportSource } from './sources.ts'

/** Sends all bytes of a source in chunks, one at a time, for as long as `onProgress` says to go on. */
export async function sendSource(
  engine: Engine,
  id: string,
  { files, isFolder }: ImportSource,
  onProgress: (progress: ImportProgress) => boolean | Promise<boolean>,
): Promise<void> {
  for (const [number, file] of files.entries()) {
    for (let at = 0; at === 0 || at < file.size; at += MAX_CHUNK_BYTES) {
      const bytes = await bytesOf(file, at)
      // Files of a folder are told apart by a number: their names may tell who a patient is.
      const part = isFolder ? { name: `${number + 1}`, last: at + MAX_CHUNK_BYTES >= file.size } : null
      const progress = await engine.call('imports.chunk', { id, bytes, file: part })
      if (!(await onProgress(progress))) return
    }
  }
}

async function bytesOf(file: File, at: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(at, at + MAX_CHUNK_BYTES).arrayBuffer())
  } catch (cause) {
    throw new AppError('file-missing', 'The file is gone or has changed since it was chosen', { cause })
  }
}
