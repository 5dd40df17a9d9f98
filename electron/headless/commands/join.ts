import type { Command } from 'commander'
import type { Client, Output } from '#contract/calls.ts'
import { AppError } from '#domain/errors.ts'
import { say } from '../terminal.ts'
import { withEngine } from './where.ts'

/** Two datasets and the columns by which they are joined, as they are typed. */
export interface Joined {
  /** The dataset whose rows stay: its id. */
  readonly id: string
  /** The dataset whose columns are added: its id, or its name where only one has it. */
  readonly other: string
  readonly key?: string | undefined
  readonly by?: string | undefined
  readonly name?: string | undefined
  readonly replaces?: string | undefined
}

interface Options extends Omit<Joined, 'id' | 'other'> {
  readonly preview?: boolean
}

/** join: the columns of one dataset to the rows of another, such as outcomes to images. */
export function addJoinCommand(program: Command): void {
  program
    .command('join <dataset> <other>')
    .description(
      'make a dataset of the rows of one (such as images) with the columns of another (such as outcomes)',
    )
    .option('--key <column>', "the first's column of patients or examinations (default: PatientID)")
    .option('--by <column>', "the other's column with the same numbers (default: its patient number)")
    .option('--name <name>', 'what the joined dataset is called here')
    .option('--replaces <id>', 'the joined dataset of which this is the next version')
    .option('--preview', 'show what would meet, and keep nothing')
    .action((id: string, other: string, options: Options, command: Command) =>
      withEngine(command, async (client) => {
        const first = await datasetIdOf(client, id)
        if (options.preview !== true) return joinDatasets(client, { ...options, id: first, other })
        const { key, by } = options
        sayCounts(
          await client.call('joins.look', { id: first, other: await datasetIdOf(client, other), key, by }),
        )
      }),
    )
}

/** Joins, and says what met. Rejects with 'bad-request' where nothing meets, and 'not-found'. */
export async function joinDatasets(client: Client, { other, ...wanted }: Joined): Promise<void> {
  const { id, key, by, name, replaces } = wanted
  const sides = { id, other: await datasetIdOf(client, other), key, by }
  const { dataset, counts } = await client.call('joins.make', { ...sides, name, replaces: replaces ?? null })
  sayCounts(counts)
  const { name: made, version, rows, columns } = dataset
  say(`Made ${made} (${dataset.id}, version ${version}): ${rows} rows, ${columns.length} columns.`)
  say('The two datasets are as they were. Remove the joined one to undo this.')
}

/** The id of a dataset that is named by it, or by a name that only one has. Rejects with 'not-found'. */
export async function datasetIdOf(client: Client, typed: string): Promise<string> {
  const all = await client.call('datasets.list', null)
  const found = all.filter(({ id, name }) => id === typed || name === typed)
  const exact = found.find(({ id }) => id === typed) ?? (found.length === 1 ? found[0] : undefined)
  if (exact) return exact.id
  const reason =
    found.length > 1
      ? 'Several datasets have this name: type the id'
      : 'No dataset of ours has this id or name'
  throw new AppError('not-found', reason)
}

function sayCounts(counts: Output<'joins.look'>): void {
  const { key, by, rows, matched, withoutKey, others, othersMatched, othersWithoutKey } = counts
  const lost = rows - matched - withoutKey
  const unused = others - othersMatched - othersWithoutKey
  say(
    `Joined by ${key} and ${by}: ${counts.keys} of them stand on both sides; ${counts.columns} columns are added.`,
  )
  say(
    `Of ${rows} rows ${matched} meet others, ${lost} meet none and ${withoutKey} have no ${key}: these keep their place and have nothing in the added columns.`,
  )
  say(
    `Of the other ${others} rows ${othersMatched} are met, ${unused} are not and ${othersWithoutKey} have no ${by}: these are left out.`,
  )
  if (counts.several > 0)
    say(
      `${counts.several} have several of the other rows: they get what these agree in, and nothing in ${counts.differing} cells where they differ.`,
    )
}
