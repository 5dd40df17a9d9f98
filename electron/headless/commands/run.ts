import type { Command } from 'commander'
import { AppError } from '#domain/errors.ts'
import { readPassphrase } from '../passphrase.ts'
import { createReport } from '../rehearsal-report.ts'
import { say, tell } from '../terminal.ts'
import { untilFinished, untilInputEnds, untilSignal } from '../until.ts'
import { whereOf } from './where.ts'
import { readHome } from '../home.ts'

interface Options {
  readonly listen: string[]
  readonly announce?: string[]
  readonly uiPort: string
  readonly untilFinished?: boolean
  readonly untilInputEnds?: boolean
  readonly rehearsalReport?: string
}

/** run: the institution takes part, until it is stopped. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('run this institution: stay in touch with the others, take part in rounds, serve the pages')
    .option('--listen <address...>', 'where others reach us', ['/ip4/0.0.0.0/tcp/4101'])
    .option('--announce <address...>', 'what invitations say instead, where others reach us another way')
    .option('--ui-port <port>', 'port of the pages on 127.0.0.1; 0 takes any free one', '4180')
    .option('--until-finished', 'end by itself once all studies are at their end')
    .option('--until-input-ends', 'end when whoever started this program closes its input, or has ended')
    .option(
      '--rehearsal-report <file>',
      'in a rehearsal: write scores and labels of the held-out rows to this file',
    )
    .action((options: Options, command: Command) => run(options, command))
}

async function run(options: Options, command: Command): Promise<void> {
  const { home, passphraseFile } = whereOf(command)
  const uiPort = portOf(options.uiPort)
  const { name, rehearsal } = readHome(home)
  if (options.rehearsalReport !== undefined && !rehearsal) {
    throw new AppError('not-available', 'only a home made with init --rehearsal writes scores to a file')
  }
  const report = options.rehearsalReport === undefined ? null : createReport(options.rehearsalReport, name)
  const passphrase = await readPassphrase(home, passphraseFile)
  const { listen, announce: advertise } = options
  const opening = { home, passphrase, listen, uiPort, ...(advertise ? { advertise } : {}) }
  // The engine is loaded by what runs it alone: all other commands start faster without.
  const { startHost } = await import('../host.ts')
  const host = await startHost({ ...opening, ...(report ? { onScores: report.add } : {}) })
  tell(`${name} is running. Stop it with Ctrl+C.`)
  say(`Its pages, once: ${host.makeLink()}`)
  try {
    await Promise.race([
      untilSignal(),
      ...(options.untilFinished ? [untilFinished(host.engine)] : []),
      ...(options.untilInputEnds ? [untilInputEnds()] : []),
    ])
  } finally {
    await host.close()
  }
  tell(`${name} has stopped; everything is stored.`)
}

/** A port number as typed. Throws 'bad-request'. */
export function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (!(port <= 65_535)) throw new AppError('bad-request', `${text} is not a port`)
  return port
}
