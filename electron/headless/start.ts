import { Command } from 'commander'
import { portOf } from './commands/run.ts'
import { runProgram } from './program.ts'
import { start } from './start-here.ts'

const program = new Command('start')
  .description('start one institution on this machine and open its pages')
  .option('--home <dir>', "the institution's home folder (default: this account's, or MURMURATION_HOME)")
  .option('--name <name>', 'what the institution is called, the first time')
  .option('--passphrase-file <file>', 'a file whose first line is the passphrase')
  .option('--listen <address...>', 'where other institutions reach this one', ['/ip4/0.0.0.0/tcp/4101'])
  .option('--ui-port <port>', 'port of the pages on 127.0.0.1; 0 takes any free one', '4180')
  .option('--no-open', 'print the link instead of opening a browser')
  .action(({ uiPort, ...options }: { uiPort: string; listen: string[]; open: boolean }) =>
    start({ ...options, uiPort: portOf(uiPort) }),
  )

process.exitCode = await runProgram(program, process.argv.slice(2))
