import { userInfo } from 'node:os'
import type { Command } from 'commander'
import type { Client, Input, Output } from '#contract/calls.ts'
import { AppError } from '#domain/errors.ts'
import { confirm, say } from '../terminal.ts'
import { findStudy, withEngine } from './where.ts'

interface DecideOptions {
  readonly study?: string
  readonly by?: string
  readonly role: string
  readonly rounds?: string
  readonly until?: string
  readonly yes?: boolean
  readonly reason?: string
}

/** approve, decline, withdraw: what this institution allows. */
export function addConsentCommands(program: Command): void {
  program
    .command('approve')
    .description('show what a study asks of this institution, and allow it')
    .option('--study <id>', 'the study (default: the one that waits for an answer)')
    .option('--by <name>', 'the person who decides (default: the account that runs this)')
    .option('--role <role>', 'in which role', 'for the institution')
    .option('--rounds <n>', 'allow so many rounds from the first on (default: all of them)')
    .option('--until <date>', 'allow until this day, as 2027-01-31 (default: the end of the study)')
    .option('--yes', 'a person has read the page and decided; do not ask')
    .action((options: DecideOptions, command: Command) =>
      withEngine(command, (client) => approve(client, options)),
    )
  program
    .command('decline')
    .description('refuse a study; nothing of ours is sent')
    .requiredOption('--reason <text>', 'why, for the members to read')
    .option('--study <id>', 'the study (default: the one that waits for an answer)')
    .option('--by <name>', 'the person who decides (default: the account that runs this)')
    .option('--role <role>', 'in which role', 'for the institution')
    .action((options: DecideOptions, command: Command) =>
      withEngine(command, (client) => decline(client, options)),
    )
  program
    .command('withdraw')
    .description('take back our consent: nothing more is sent; what was sent cannot be called back')
    .option('--study <id>', 'the study (default: the one that we approved)')
    .option('--reason <text>', 'why, for the members to read', '')
    .action(({ study: named, reason = '' }: { study?: string; reason?: string }, command: Command) =>
      withEngine(command, async (client) => {
        const { id, study } = await findStudy(client, named, ['waiting', 'running', 'paused'])
        await client.call('consents.withdraw', { study: id, reason })
        say(`Consent to "${study.name}" is withdrawn.`)
      }),
    )
}

async function approve(client: Client, options: DecideOptions): Promise<void> {
  const { id, study } = await findStudy(client, options.study, ['needs-consent'])
  const page = await show(client, id)
  const sure = options.yes === true || (await confirm('Do you approve this for your institution?'))
  if (!sure) return say('Nothing was decided.')
  await decide(client, options, page, {
    study: id,
    decision: 'approve',
    from: 1,
    to: options.rounds === undefined ? study.rules.lastRound : wholeNumber(options.rounds),
    expiresAt: options.until === undefined ? study.expiresAt : dayOf(options.until),
    reason: '',
  })
  say(`Approved "${study.name}".`)
}

async function decline(client: Client, options: DecideOptions): Promise<void> {
  const { id, study } = await findStudy(client, options.study, ['needs-mapping', 'needs-consent'])
  const { lastRound } = study.rules
  const decision = {
    study: id,
    decision: 'decline',
    from: 1,
    to: lastRound,
    expiresAt: study.expiresAt,
  } as const
  await decide(client, options, await show(client, id), { ...decision, reason: options.reason ?? '' })
  say(`Declined "${study.name}".`)
}

type Decision = Pick<Input<'consents.decide'>, 'study' | 'decision' | 'from' | 'to' | 'expiresAt' | 'reason'>

/** What was shown to a person: a decision is on this text and takes the place of this answer, and of no other. */
type Shown = Pick<Output<'consents.page'>, 'textHash' | 'standingId'>

async function show(client: Client, study: string): Promise<Shown> {
  const { text, textHash, standingId } = await client.call('consents.page', { study })
  say(text)
  say()
  return { textHash, standingId }
}

/** Signs the decision on the text that was shown. Throws 'text-changed' where the page says something else by now. */
async function decide(
  client: Client,
  { by, role }: DecideOptions,
  { textHash, standingId }: Shown,
  decision: Decision,
): Promise<void> {
  const decidedBy = { name: by ?? userInfo().username, role, authenticated: 'command-line' } as const
  await client.call('consents.decide', {
    ...decision,
    decidedBy,
    secondBy: null,
    textHash,
    supersedes: standingId,
  })
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new AppError('bad-request', `${text} is not a number of rounds`)
  return Number(text)
}

function dayOf(text: string): number {
  const time = Date.parse(`${text}T23:59:59`)
  if (Number.isNaN(time)) throw new AppError('bad-request', `${text} is not a day such as 2027-01-31`)
  return time
}
