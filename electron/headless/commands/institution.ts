import type { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { createHome } from '../home.ts'
import { readPassphrase } from '../passphrase.ts'
import { fetchLink } from '../reach.ts'
import { say, tell } from '../terminal.ts'
import { whereOf, withEngine } from './where.ts'
import { AppError } from '#domain/errors.ts'

/** init, invite, pair, open: this institution and the others that it knows. */
export function addInstitutionCommands(program: Command): void {
  program
    .command('init <name>')
    .description('make a home for an institution: its key, its encrypted database, its recovery words')
    .option('--rehearsal', 'mark it as a rehearsal: sample data only, exact scores may be written to a file')
    .action(async (name: string, options: { rehearsal?: boolean }, command: Command) =>
      init(name, options, command),
    )
  program
    .command('invite')
    .description('print a signed code by which another institution gets to know this one')
    .action((_options, command: Command) =>
      withEngine(command, async (client) => {
        const { code, expiresAt } = await client.call('institution.invite', null)
        say(code)
        tell(
          `Give this code to the other institution. It is good until ${new Date(expiresAt).toISOString()}.`,
        )
      }),
    )
  program
    .command('pair <code...>')
    .description('get to know the institutions whose invitation codes these are; both sides do this')
    .action((codes: string[], _options, command: Command) => pair(codes, command))
  program
    .command('open')
    .description('print a link that opens the pages of the running engine once, in a browser of this machine')
    .action(async (_options, command: Command) => {
      const link = await fetchLink(whereOf(command).home)
      if (link === null)
        throw new AppError('not-available', 'the engine is not running; start it with: murmuration run')
      say(link)
    })
}

async function init(
  name: string,
  { rehearsal = false }: { rehearsal?: boolean },
  command: Command,
): Promise<void> {
  const { home, passphraseFile } = whereOf(command)
  const passphrase = await readPassphrase(home, passphraseFile, true)
  const words = await createHome(home, name, passphrase, rehearsal, systemClock.now())
  say(`${name} lives in ${home} now.`)
  if (rehearsal) return say('It is a rehearsal: use sample data only.')
  say(
    'These 24 words open it if the passphrase is lost. Write them down and keep them where only you find them:',
  )
  say(words)
}

function pair(codes: string[], command: Command): Promise<void> {
  return withEngine(command, async (client) => {
    for (const code of codes) {
      const { name, words } = await client.call('peers.confirm', { code })
      say(`We know ${name} now. Ask them on the phone whether they see the same words: ${words.join(' ')}`)
    }
  })
}
