import { makeProgram, runProgram } from './program.ts'

process.exitCode = await runProgram(makeProgram(), ['demo', ...process.argv.slice(2)])
