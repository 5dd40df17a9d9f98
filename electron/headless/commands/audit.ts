import path from 'node:path'
import type { Command } from 'commander'
import { exportAudit, verifyAuditFile } from '../audit-file.ts'
import { writePrivate } from '../home.ts'
import { say } from '../terminal.ts'
import { withEngine } from './where.ts'

/** audit, verify: the log that cannot be edited unnoticed. */
export function addAuditCommands(program: Command): void {
  program
    .command('audit <file>')
    .description('write the audit log of this institution to a file')
    .action((file: string, _options, command: Command) =>
      withEngine(command, async (client) => {
        const log = await exportAudit(client)
        writePrivate(path.resolve(file), log)
        say(`${log.entries.length} entries written. Head: ${log.head}`)
      }),
    )
  program
    .command('verify <file>')
    .description('check an exported audit log: no entry changed, none missing; needs no home and no engine')
    .action((file: string) => {
      const { institution, entries, head } = verifyAuditFile(file)
      say(`The log of ${institution.name} is whole: ${entries.length} entries. Head: ${head}`)
      say('Compare the head with the one that the other members hold in the latest certificate.')
    })
}
