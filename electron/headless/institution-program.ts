import { Command } from 'commander'
import { addAuditCommands } from './commands/audit.ts'
import { addConsentCommands } from './commands/consent.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addImportCommand } from './commands/import.ts'
import { addJoinCommand } from './commands/join.ts'
import { addKeyCommands } from './commands/keys.ts'
import { addInstitutionCommands } from './commands/institution.ts'
import { addRestoredCommands } from './commands/restored.ts'
import { addRollCallCommands } from './commands/roll-call.ts'
import { addRunCommand } from './commands/run.ts'
import { addStatusCommand } from './commands/status.ts'
import { addStudyCommands } from './commands/study.ts'

/** Every command about one institution. */
export function makeInstitutionProgram(): Command {
  const program = new Command('murmuration')
    .description('Hospitals train clinical models together; no patient row leaves a hospital.')
    .option('--home <dir>', "the institution's home folder (default: this account's, or MURMURATION_HOME)")
    .option(
      '--passphrase-file <file>',
      'a file whose first line is the passphrase; else MURMURATION_PASSPHRASE or typed',
    )
    .showHelpAfterError('Add --help to see what can be typed.')
    .addHelpText(
      'after',
      '\nFrom nothing to a result: init, run, roll-call (or invite and pair), import, study propose, map, approve, status.',
    )
  addInstitutionCommands(program)
  addRollCallCommands(program)
  addRunCommand(program)
  addImportCommand(program)
  addJoinCommand(program)
  addStudyCommands(program)
  addConsentCommands(program)
  addStatusCommand(program)
  addDoctorCommand(program)
  addAuditCommands(program)
  addKeyCommands(program)
  addRestoredCommands(program)
  return program
}

/** Performs what was typed. Rejects with whatever goes wrong, and never ends the process. */
export async function perform(program: Command, args: readonly string[]): Promise<void> {
  stopAtErrors(program)
  await program.parseAsync(args, { from: 'user' })
}

/** Commander ends the process at a wrong option unless each command is told not to. */
function stopAtErrors(command: Command): void {
  command.exitOverride()
  for (const one of command.commands) stopAtErrors(one)
}
