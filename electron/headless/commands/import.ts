import path from 'node:path'
import type { Command } from 'commander'
import type { Client } from '#contract/calls.ts'
import type { Dataset } from '#domain/dataset.ts'
import type { ImportEdits, Preview } from '#domain/importing.ts'
import { AppError } from '#domain/errors.ts'
import { say } from '../terminal.ts'
import { sendSource, type Source, sourceOf } from './import-files.ts'
import { editsOf, type ImportOptions, readOptionsOf } from './import-options.ts'
import { askAboutIdentifiers, doubtsIn, showPreview } from './import-preview.ts'
import { datasetIdOf, joinDatasets } from './join.ts'
import { withEngine } from './where.ts'

const SHOWN_ROWS = 5
/** How the file is read: everything is found out unless it is said. */
const READING: readonly (readonly [string, string])[] = [
  ['--encoding <name>', 'the encoding of the file'],
  ['--delimiter <character>', 'what stands between cells; tab for a tab'],
  ['--quote <character>', 'what stands around cells that hold a delimiter: ", \' or none'],
  ['--escape <way>', 'how a quote is written inside quotes: double or backslash'],
  ['--comment <mark>', 'what a line of comment begins with: #, %, //, ! or none'],
  ['--skip <lines>', 'lines before the table, without empty ones and comments'],
  ['--header', 'the first line names the columns'],
  ['--no-header', 'the first line is a row'],
  ['--header-rows <lines>', 'lines of the header; the names in them are joined'],
  ['--below <lines>', 'lines below the header that are no rows, such as one of units'],
  ['--row-names', 'rows begin with a name that the header leaves out'],
  ['--no-row-names', 'rows begin with the first column of the header'],
  ['--decimal <mark>', 'the decimal mark of all columns, a point or a comma'],
  ['--thousands <mark>', 'what groups thousands: a comma, a point, a blank or an apostrophe'],
  ['--date-order <order>', 'the order of dates: ymd, dmy or mdy'],
  ['--short <what>', 'what is done with lines of too few cells: refuse (default) or fill with missing'],
]
const COLUMNS: readonly (readonly [string, string])[] = [
  ['--drop <column>', 'leave this column out'],
  ['--hash <column>', 'keep a keyed name instead of each value'],
  ['--generalise <column>', 'keep only the year of a date, or age bands of ten years'],
  ['--keep <column>', 'a person has decided that this column tells nobody apart'],
  ['--type <column=type>', 'read it as integer, real, category, boolean, date or text'],
  ['--unit <column=unit>', 'the unit of its numbers, in UCUM'],
  [
    '--limits <column=rule>',
    'what cells such as <5 are read as: limit (itself), half (of a lower one) or missing',
  ],
  ['--decimal-of <column=mark>', 'the decimal mark of its numbers, a point or a comma'],
  ['--date-order-of <column=order>', 'the order of its dates: ymd, dmy or mdy'],
  ['--calendar <column=name>', 'the calendar of its dates: gregorian, buddhist, hijri, persian or minguo'],
  ['--century <column=year>', 'the last of its years of two digits that is of this century, such as 26'],
  ['--clock <column=parts>', 'what times of two parts such as 25:30 are: h:mm or mm:ss'],
  ['--missing <column=codes>', 'codes that mean missing, with commas between them'],
]

/** import: a table of ours into the encrypted database. */
export function addImportCommand(program: Command): void {
  const command = program
    .command('import <file>')
    .description(
      'read a table (CSV, XLSX, Parquet) or DICOM files into the encrypted database of this institution',
    )
    .option('--name <name>', 'what the dataset is called here (default: the name of the file)')
    .option('--replaces <id>', 'the dataset of which this is the next version')
    .option('--append', 'add the rows to those of the dataset that --replaces names')
    .option('--preview', 'show what would be made of the file, and keep nothing')
    .option('--yes', 'do what is proposed with columns that tell who patients are; do not ask')
    .option('--sheet <number>', 'the sheet of a workbook, 1 = first')
    .option('--level <level>', 'of DICOM files: one row for each patient, study, series or instance')
    .option(
      '--join <dataset>',
      'then join the columns of this dataset to the rows, such as outcomes to images',
    )
    .option('--key <column>', 'the column of the file by which they are joined (default: PatientID)')
    .option('--by <column>', 'the column of the joined dataset with the same numbers')
  for (const [flags, about] of READING) command.option(flags, about)
  const collect = (text: string, before: string[]) => [...before, text]
  for (const [flags, about] of COLUMNS) command.option(flags, `${about} (may come again)`, collect, [])
  command.option(
    '--take <kind>',
    'take in as rows what looks like none: rules, repeats, totals, notes or blanks (may come again)',
    collect,
    [],
  )
  command.action((file: string, options: ImportOptions, own: Command) => {
    const source = sourceOf(file)
    return withEngine(own, (client) => importSource(client, file, source, options))
  })
}

/** Nothing is kept unless the whole file was read and a person has said what is done with identifiers. */
async function importSource(client: Client, file: string, source: Source, options: ImportOptions) {
  if (options.join !== undefined) await datasetIdOf(client, options.join)
  const { id } = await client.call('imports.begin', {
    name: options.name ?? path.parse(file).name,
    source: path.basename(file),
    size: source.size,
    replaces: options.replaces ?? null,
    append: options.append ?? false,
    options: { ...readOptionsOf(options), ...(source.isFolder ? { kind: 'dicom' } : {}) },
  })
  try {
    await sendSource(client, id, source)
    const { preview, edits } = await previewOf(client, id, options)
    if (!options.preview) {
      const decided = await askAboutIdentifiers(preview, edits)
      const made = await client.call('imports.finish', { id, edits: decided })
      return await keep(client, options, { made, doubts: doubtsIn(preview) })
    }
    showPreview(preview)
    await client.call('imports.cancel', { id })
  } catch (error) {
    await client.call('imports.cancel', { id }).catch(() => null)
    throw error
  }
}

/** Says what was imported and what to look at, and joins it where that was typed. Where the join is refused, the import stays. */
async function keep(
  client: Client,
  { join, key, by }: ImportOptions,
  { made, doubts }: { readonly made: Dataset; readonly doubts: readonly string[] },
): Promise<void> {
  report(made)
  for (const line of doubts) say(line)
  if (join !== undefined) await joinDatasets(client, { id: made.id, other: join, key, by })
}

/** What would be made of the file with what was typed about its columns. */
async function previewOf(client: Client, id: string, options: ImportOptions) {
  const edits = editsOf(options, await seen(client, id, []))
  return { edits, preview: await seen(client, id, edits) }
}

async function seen(client: Client, id: string, edits: ImportEdits): Promise<Preview> {
  const preview = await client.call('imports.preview', { id, edits })
  if (!preview) throw new AppError('internal', 'a whole file has no preview')
  return preview
}

function report({ id, name, version, rows, columns, rejected, rejectedCount }: Dataset): void {
  say(`Imported ${name} (${id}, version ${version}): ${rows} rows, ${columns.length} columns.`)
  if (rejectedCount === 0) return say('No row was rejected.')
  say(`${rejectedCount} rows were rejected:`)
  for (const { line, reason } of rejected.slice(0, SHOWN_ROWS)) say(`  line ${line}: ${reason}`)
  if (rejectedCount > SHOWN_ROWS) say(`  and ${rejectedCount - SHOWN_ROWS} more`)
}
