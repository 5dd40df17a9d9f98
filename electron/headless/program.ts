import { Command, CommanderError } from 'commander'
import { addAuditCommands } from './commands/audit.ts'
import { addConsentCommands } from './commands/consent.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addImportCommand } from './commands/import.ts'
import { addInstitutionCommands } from './commands/institution.ts'
import { addRunCommand } from './commands/run.ts'
import { addStatusCommand } from './commands/status.ts'
import { addStudyCommands } from './commands/study.ts'
import { sentenceOf } from './words.ts'

/** Every wrong input ends with this. */
const WRONG = 2

/** The command line of an institution. */
export function makeProgram(): Command {
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
      '\nFrom nothing to a result: init, run, invite, pair, import, study propose, map, approve, status.',
    )
  addInstitutionCommands(program)
  addRunCommand(program)
  addImportCommand(program)
  addStudyCommands(program)
  addConsentCommands(program)
  addStatusCommand(program)
  addDoctorCommand(program)
  addAuditCommands(program)
  addDemoCommand(program)
  return program
}

/** Runs a program; whatever goes wrong becomes one sentence and exit code 2. */
export async function runProgram(program: Command, args: readonly string[]): Promise<number> {
  stopAtErrors(program)
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG
    process.stderr.write(`${sentenceOf(error)}\n`)
    return WRONG
  }
}

/** Commander ends the process at a wrong option unless each command is told not to. */
function stopAtErrors(command: Command): void {
  command.exitOverride()
  for (const one of command.commands) stopAtErrors(one)
}
