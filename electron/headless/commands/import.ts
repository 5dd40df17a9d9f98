import { existsSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { type Client, MAX_CHUNK_BYTES } from '#contract/calls.ts'
import type { Dataset } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { say } from '../terminal.ts'
import { withEngine } from './where.ts'

const SHOWN_ROWS = 5

interface Options {
  readonly name?: string
  readonly replaces?: string
}

/** import: a table of ours into the encrypted database. */
export function addImportCommand(program: Command): void {
  program
    .command('import <file>')
    .description('read a CSV table into the encrypted database of this institution')
    .option('--name <name>', 'what the dataset is called here (default: the name of the file)')
    .option('--replaces <id>', 'the dataset of which this is the next version')
    .action((file: string, options: Options, command: Command) => {
      checkFile(file)
      return withEngine(command, async (client) => report(await importFile(client, file, options)))
    })
}

function checkFile(file: string): void {
  const stats = existsSync(file) ? statSync(file) : null
  if (!stats) throw new AppError('file-missing', file)
  if (!stats.isFile()) throw new AppError('file-unreadable', `${file} is not a file`)
  if (stats.size === 0) throw new AppError('file-empty', file)
}

/** Streams a file to the engine in chunks. Nothing is kept unless the whole file was read. */
async function importFile(client: Client, file: string, { name, replaces }: Options): Promise<Dataset> {
  const source = path.basename(file)
  const input = {
    name: name ?? path.parse(file).name,
    source,
    size: statSync(file).size,
    replaces: replaces ?? null,
  }
  const { id } = await client.call('imports.begin', input)
  try {
    const handle = await open(file)
    for await (const bytes of handle.createReadStream({ highWaterMark: MAX_CHUNK_BYTES })) {
      await client.call('imports.chunk', { id, bytes: new Uint8Array(bytes) })
    }
    return await client.call('imports.finish', { id })
  } catch (error) {
    await client.call('imports.cancel', { id }).catch(() => null)
    throw error
  }
}

function report({ id, name, version, rows, columns, rejected, rejectedCount }: Dataset): void {
  say(`Imported ${name} (${id}, version ${version}): ${rows} rows, ${columns.length} columns.`)
  if (rejectedCount === 0) return say('No row was rejected.')
  say(`${rejectedCount} rows were rejected:`)
  for (const { line, reason } of rejected.slice(0, SHOWN_ROWS)) say(`  line ${line}: ${reason}`)
  if (rejectedCount > SHOWN_ROWS) say(`  and ${rejectedCount - SHOWN_ROWS} more`)
}
