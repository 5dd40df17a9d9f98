import type { Command } from 'commander'
import type { KeyChangeView } from '#contract/key-changes.ts'
import { systemClock } from '../clock.ts'
import { revokeOwnKey, rotateOwnKey } from '../own-key.ts'
import { readPassphrase } from '../passphrase.ts'
import { confirm, say, tell } from '../terminal.ts'
import { whereOf, withEngine } from './where.ts'

/** keys: replace or revoke the key of this institution, and follow others that did. */
export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('replace or revoke keys of institutions')
  keys
    .command('rotate')
    .description(
      'give this institution a new key, and print the code by which others move to it; stop it first',
    )
    .option('--yes', 'a person has decided; do not ask')
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      tell(
        'Studies that run go on without this institution: they name its old key. Propose a new version of each.',
      )
      await change(command, rotateOwnKey, yes, 'Replace the key of this institution?')
      tell('Give this code to all who know this institution; each types: murmuration keys apply CODE')
    })
  keys
    .command('revoke')
    .description('print the code after which others take nothing more that this key signs; stop it first')
    .option('--yes', 'a person has decided; do not ask')
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      await change(command, revokeOwnKey, yes, 'Revoke the key of this institution? Nothing brings it back.')
      tell('Who applies this code knows this institution no more: make a new home, and pair anew.')
    })
  keys
    .command('apply <code>')
    .description('move to the new key of an institution that we know, or forget a key that was revoked')
    .option('--yes', 'a person has asked them and decided; do not ask')
    .action((code: string, { yes }: { yes?: boolean }, command: Command) =>
      withEngine(command, async (client) => {
        const read = await client.call('keys.read', { code })
        say(sentenceOf(read))
        const question = 'Have you rung them, and did they make this change themselves?'
        if (yes !== true && !(await confirm(question))) return say('Nothing was changed.')
        await client.call('keys.apply', { code })
        say('Done. Nothing that the old key signs is taken any more; what it signed before stays as it was.')
      }),
    )
}

type Changing = typeof rotateOwnKey

async function change(command: Command, changing: Changing, yes = false, question = ''): Promise<void> {
  const { home, passphraseFile } = whereOf(command)
  if (!yes && !(await confirm(question))) return say('Nothing was changed.')
  const passphrase = await readPassphrase(home, passphraseFile)
  say(await changing({ home, passphrase, now: systemClock.now() }))
}

function sentenceOf({ kind, key, name, successor, statedAt }: KeyChangeView): string {
  const who = name ?? 'An institution that is not known here'
  const when = new Date(statedAt).toISOString()
  if (kind === 'revocation') return `${who} says of ${when} that its key ${key} is void.`
  return `${who} says of ${when} that its key ${key} is followed by ${successor}.`
}
