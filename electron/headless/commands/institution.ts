import type { Command } from 'commander'
import { systemClock } from '../clock.ts'
import { createHome } from '../home.ts'
import { readPassphrase } from '../passphrase.ts'
import { fetchLink } from '../reach.ts'
import { confirm, needPerson, say, tell, waitFor } from '../terminal.ts'
import { needListening, whereOf, withEngine } from './where.ts'
import type { Client } from '#contract/calls.ts'
import type { PairingView } from '#contract/pairing.ts'
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
    .description('make a code for another institution, wait for it, and compare six words with its people')
    .option('--in-person', 'only print the code, for who is handed it by one whom they know')
    .action((options: { inPerson?: boolean }, command: Command) =>
      withEngine(command, (client) => (options.inPerson === true ? printCode(client) : invite(client))),
    )
  program
    .command('pair <code...>')
    .description('go to the institution that made this code, and compare six words with its people')
    .option(
      '--in-person',
      'people whom we know handed us these codes: nothing is compared; both sides do this',
    )
    .action((codes: string[], options: { inPerson?: boolean }, command: Command) =>
      withEngine(command, (client) =>
        options.inPerson === true ? takeCodes(client, codes) : pair(client, codes),
      ),
    )
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

async function printCode(client: Client): Promise<void> {
  const { code, expiresAt } = await client.call('institution.invite', null)
  say(code)
  tell(
    `Hand this code over yourself: whoever can change it on its way can pretend to be you. It is good until ${new Date(expiresAt).toISOString()}.`,
  )
}

async function takeCodes(client: Client, codes: string[]): Promise<void> {
  for (const code of codes) {
    const { name } = await client.call('peers.confirm', { code })
    say(`We know ${name} now, by the key in the code that was handed to us.`)
  }
}

async function invite(client: Client): Promise<void> {
  needPerson()
  await needListening(client)
  const { code } = await client.call('pairing.invite', null)
  say(code ?? '')
  tell('Give this code to the other institution; it types: murmuration pair CODE. Waiting for it.')
  await compare(client)
}

async function pair(client: Client, [code = '', ...more]: string[]): Promise<void> {
  if (more.length > 0)
    throw new AppError(
      'bad-request',
      'words are compared with one institution at a time; use roll-call for many',
    )
  needPerson()
  await client.call('pairing.join', { code })
  await compare(client)
}

/** Shows the six words as soon as both sides are there, and asks. */
async function compare(client: Client): Promise<void> {
  const { peer, words } = await stageOf(client, 'comparing')
  say(`${peer?.name ?? ''}: ${words.join(' ')}`)
  if (peer?.known === 'by-another-key')
    say('CAREFUL: we know one of this name by another key. Ask whether it made a new home.')
  const same = await confirm(
    'Telephone them on a number you know. Do they read the same six words on their screen?',
  )
  if (!same) {
    await client.call('pairing.differ', null)
    throw new AppError('words-differ', 'the other side was told')
  }
  await client.call('pairing.confirm', null)
  tell('Waiting for them to confirm, too.')
  await stageOf(client, 'done')
  say(`We know ${peer?.name ?? ''} now.`)
}

/** Waits until the pairing has come so far. Throws what ended it. */
function stageOf(client: Client, stage: PairingView['stage']): Promise<PairingView> {
  return waitFor(client, 'pairing.changed', async () => {
    const view = await client.call('pairing.get', null)
    if (!view) throw new AppError('not-confirmed', 'it was stopped')
    if (view.trouble) throw new AppError(view.trouble, 'nobody was confirmed')
    return view.stage === stage ? view : null
  })
}
