import { type Command, CommanderError } from 'commander'
import { addDemoCommand } from './commands/demo.ts'
import { makeInstitutionProgram, perform } from './institution-program.ts'
import { tell } from './terminal.ts'
import { sentenceOf } from './words.ts'

/** Every wrong input ends with this. */
const WRONG = 2

/** The command line: all about one institution, and the rehearsal of several. */
export function makeProgram(): Command {
  const program = makeInstitutionProgram()
  addDemoCommand(program)
  return program
}

/** Runs a program; whatever goes wrong becomes one sentence and exit code 2. */
export async function runProgram(program: Command, args: readonly string[]): Promise<number> {
  try {
    await perform(program, args)
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG
    tell(sentenceOf(error))
    return WRONG
  }
}
