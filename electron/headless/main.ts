import { makeProgram, runProgram } from './program.ts'

process.exitCode = await runProgram(makeProgram(), process.argv.slice(2))
