import path from 'node:path'
import type { Command } from 'commander'
import { AppError } from '#domain/errors.ts'
import { exportAudit, type Verified, verifyAuditFile } from '../audit-file.ts'
import { exportCertificates } from '../certificates-file.ts'
import { writePrivate } from '../home.ts'
import { say } from '../terminal.ts'
import { withEngine } from './where.ts'

/** audit, certificates, verify: the log that cannot be edited unnoticed. */
export function addAuditCommands(program: Command): void {
  program
    .command('audit <file>')
    .description('sign the audit log of this institution, and write it to a file')
    .action((file: string, _options, command: Command) =>
      withEngine(command, async (client) => {
        const log = await exportAudit(client)
        writePrivate(path.resolve(file), log)
        say(`${log.entries.length} entries written. Head: ${log.head}`)
      }),
    )
  program
    .command('certificates <file>')
    .description(
      'write what we hold of another institution that names its audit log, for who verifies that log',
    )
    .requiredOption('--of <id>', 'the other institution, by its id or its name here')
    .action((file: string, { of }: { of: string }, command: Command) =>
      withEngine(command, async (client) => {
        const peers = await client.call('peers.list', null)
        const meant = peers.filter((one) => one.id === of || one.name === of)
        if (meant.length > 1) throw new AppError('bad-request', 'several have this name; give the id')
        const found = await exportCertificates(
          (page) => client.call('audit.certificates', page),
          meant[0]?.id ?? of,
        )
        writePrivate(path.resolve(file), found)
        say(`${found.certificates.length} certificates of ${meant[0]?.name ?? of} written.`)
      }),
    )
  program
    .command('verify <file>')
    .description(
      'check an exported audit log: no entry changed, none missing, signed by the institution; needs no home and no engine',
    )
    .option('--certificates <file...>', 'what other members hold of it (each by: murmuration certificates)')
    .action((file: string, { certificates = [] }: { certificates?: string[] }) => {
      for (const line of sentencesOf(verifyAuditFile(file, certificates))) say(line)
    })
}

/** What a log was found to be, and on whose word that rests. */
function sentencesOf({ log, signed, certified }: Verified): string[] {
  const { institution, entries, head } = log
  const dayOf = (entry: number) => new Date(entries[entry - 1]?.time ?? 0).toISOString()
  const unsigned = entries.length - signed
  const [first, last] = [certified[0], certified.at(-1)]
  return [
    `The log of ${institution.name} is unbroken: ${entries.length} entries, from ${dayOf(1)} to ${dayOf(entries.length)}. Head: ${head}`,
    `It is signed up to entry ${signed} with the key ${institution.id}. Compare this id with the one that you know of them.`,
    ...(unsigned > 0 ? [`The last ${unsigned} entries are signed by nobody.`] : []),
    ...(first && last && last.entries > 0
      ? [
          `It is whole up to entry ${last.entries} of ${dayOf(last.entries)}: ${certified.length} certificates that others hold name it, the first at entry ${Math.max(1, first.entries)} of ${dayOf(Math.max(1, first.entries))}.`,
          `What follows entry ${last.entries} rests on the institution's own signature alone.`,
        ]
      : [
          "Nothing but the institution's own signature vouches for it: whoever has its key could have shortened it, or written another one.",
          'So this does not say that it is whole. Ask other members for what they hold (murmuration certificates FILE --of ID), and give it with --certificates.',
        ]),
  ]
}
