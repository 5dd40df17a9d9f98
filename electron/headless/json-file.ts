import { existsSync, readFileSync, statSync } from 'node:fs'
import * as v from 'valibot'
import { AppError } from '#domain/errors.ts'

const MAX_FILE_BYTES = 1024 * 1024 * 1024

/** A JSON file that is handed around. Throws 'file-missing', 'too-large', or 'file-unreadable' with what it should have been. */
export function readJson<Schema extends v.GenericSchema>(
  schema: Schema,
  file: string,
  what: string,
): v.InferOutput<Schema> {
  if (!existsSync(file)) throw new AppError('file-missing', file)
  if (statSync(file).size > MAX_FILE_BYTES) throw new AppError('too-large', file)
  try {
    return v.parse(schema, JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new AppError('file-unreadable', `${file} is not ${what}`, { cause })
  }
}
