import { userInfo } from 'node:os'
import type { Command } from 'commander'
import type { Client } from '#contract/calls.ts'
import type { RestoredView } from '#contract/restored.ts'
import { confirm, say } from '../terminal.ts'
import { withEngine } from './where.ts'

interface ApartOptions {
  readonly by?: string
  readonly role: string
  readonly yes?: boolean
}

/** restored: why a restored home adds to no sum, and the way out where its ledger can never be rebuilt. */
export function addRestoredCommands(program: Command): void {
  const group = program
    .command('restored')
    .description('a home that was restored from a backup, copied or rolled back')
  group
    .command('show', { isDefault: true })
    .description('say why nothing goes into a sum, and what would end that')
    .action((_options, command: Command) =>
      withEngine(command, async (client) => {
        await show(client)
      }),
    )
  group
    .command('set-apart')
    .description('go on without the rows that are here: for good they are in no sum any more')
    .option('--by <name>', 'the person who decides (default: the account that runs this)')
    .option('--role <role>', 'in which role', 'for the institution')
    .option('--yes', 'a person has read what follows from it and decided; do not ask')
    .action((options: ApartOptions, command: Command) =>
      withEngine(command, (client) => setApart(client, options)),
    )
}

async function show(client: Client): Promise<RestoredView | null> {
  const view = await client.call('restored.get', null)
  if (!view) say('This home adds to sums as usual: nothing is missing in its ledger.')
  else for (const line of describe(view)) say(line)
  return view
}

function describe({ silent, lost }: RestoredView): string[] {
  return [
    'Nothing of ours goes into a sum: this home may not know all sums that its rows were in.',
    ...silent.map(
      ({ name, heard, needed }) =>
        `  study "${name}": ${heard} of ${needed} members have said what they hold of ours; let the engine run until they have`,
    ),
    ...lost.map(
      ({ name }) =>
        `  study "${name}": the data of a sum of ours are not here; import and map them again, just as they were`,
    ),
    'Where members or data are gone for good: murmuration restored set-apart',
  ]
}

async function setApart(client: Client, { by, role, yes }: ApartOptions): Promise<void> {
  const view = await show(client)
  if (!view) return
  const { tables, rows } = view
  for (const line of consequences(view)) say(line)
  if (yes !== true && !(await confirm('Set all rows apart, for good?'))) return say('Nothing was decided.')
  const decidedBy = { name: by ?? userInfo().username, role, authenticated: 'command-line' } as const
  await client.call('restored.setApart', { tables, rows, decidedBy })
  say(`${rows} rows are set apart. This home takes part again with patients who come later.`)
}

const consequences = ({ tables, rows }: RestoredView) => [
  '',
  `${rows} rows of ${tables} tables are here. All of them are set apart, for good and in all studies: they are in no sum any more.`,
  'Patients who come later may take part, from twenty on. The first import of each table after this is set apart too,',
  'since it may hold patients of the sums that are missing; who is new in a later one counts.',
  'A row that does not say of which patient it is stays apart, whenever it comes. This cannot be taken back.',
  'First import again every table that was used here since the backup: patients whom nobody can name here cannot be set',
  'apart, and if they come in with new ones, a difference of sums may show a few of them.',
]
