import type { Command } from 'commander'
import type { Client } from '#contract/calls.ts'
import type { RollCallView } from '#contract/roll-call.ts'
import { AppError } from '#domain/errors.ts'
import { systemClock } from '../clock.ts'
import { needPerson, pick, say, tell, waitFor } from '../terminal.ts'
import { stayUntilLinked } from './roll-call-stay.ts'
import { words as errors } from '../words.ts'
import { findStudy, needListening, withEngine } from './where.ts'

/** So long people may take to tick whom they heard. */
const STAY_MS = 10 * 60_000

/** roll-call open, roll-call join: many institutions confirm each other in one telephone conference. */
export function addRollCallCommands(program: Command): void {
  const group = program
    .command('roll-call')
    .description('confirm many institutions at once: all read the same six words in one telephone conference')
  group
    .command('open')
    .description('call the roll: print a code for all others, and wait for them')
    .option('--study <id>', 'let only the members of this study come')
    .action(({ study }: { study?: string }, command: Command) =>
      withEngine(command, async (client) => {
        const id = study === undefined ? null : (await findStudy(client, study)).id
        await open(client, id)
      }),
    )
  group
    .command('join <code>')
    .description('go to the institution that calls the roll with this code')
    .action((code: string, _options, command: Command) =>
      withEngine(command, async (client) => {
        needPerson()
        await client.call('rollCall.join', { code })
        tell('We are in. Wait until the list is closed.')
        await compare(client)
      }),
    )
}

async function open(client: Client, study: string | null): Promise<void> {
  needPerson()
  await needListening(client)
  const { code } = await client.call('rollCall.open', { study })
  say(code ?? '')
  tell('Give this code to all others; each types: murmuration roll-call join CODE')
  for (;;) {
    await pick('Press the enter key once all have come.')
    const { here, absent } = await look(client)
    tell(`Here: ${here.join(', ')}.`)
    if (absent.length > 0) tell(`Not here: ${absent.join(', ')}. They can be confirmed later.`)
    if (here.length > 1 && isYes(await pick('Close the list and make the words? [y/N]'))) break
  }
  await client.call('rollCall.begin', null)
  await compare(client)
}

/** Shows the words and asks whom the person heard; confirms exactly those. */
async function compare(client: Client): Promise<void> {
  const view = await waitFor(client, 'roll-call.changed', async () => {
    const now = await look(client)
    return now.stage === 'comparing' ? now : null
  })
  for (const { name, why } of view.without) tell(`The list goes on without ${name}: ${reasons[why]}.`)
  say(`The six words of this list: ${view.words.join(' ')}`)
  say('Each institution reads them aloud in the telephone conference, on numbers or faces that you know.')
  view.members.forEach((one, i) => say(`${String(i + 1).padStart(3)}  ${one.name}${notes[one.known]}`))
  const answer = await pick(
    'The numbers of those whom you heard read these words (as 1,3,4), "differ" if somebody read others, or nothing to stop:',
  )
  if (answer === 'differ') {
    await client.call('rollCall.differ', null)
    throw new AppError('words-differ', 'all others were told')
  }
  const ids = heardOf(answer, view)
  if (ids.length === 0) {
    await client.call('rollCall.leave', null)
    return say('Nobody was confirmed.')
  }
  const { members } = await client.call('rollCall.confirm', { ids })
  const names = (isIn: boolean) => members.filter((one) => one.confirmed === isIn).map(({ name }) => name)
  say(`Confirmed: ${names(true).join(', ')}.`)
  if (names(false).length > 0) say(`Not confirmed: ${names(false).join(', ')}.`)
  tell('Staying until all whom you confirmed have confirmed you too, ten minutes at most.')
  const confirmed = members.filter((one) => one.confirmed)
  await stayUntilLinked(client, confirmed, { most: STAY_MS, clock: systemClock })
}

/** The roll call as it stands. Throws what ended it. */
async function look(client: Client): Promise<RollCallView> {
  const view = await client.call('rollCall.get', null)
  if (!view) throw new AppError('call-ended', 'it was left')
  const differ = view.members.filter((one) => one.differs).map(({ name }) => name)
  if (differ.length > 0) throw new AppError('words-differ', `${differ.join(', ')} saw other words`)
  if (view.trouble) throw new AppError(view.trouble, errors[view.trouble])
  return view
}

/** Ids of the numbers that were typed. Throws 'bad-request' for anything else. */
function heardOf(answer: string, { members }: RollCallView): string[] {
  return [...new Set(answer.split(/[\s,]+/).filter(Boolean))].map((typed) => {
    const member = /^\d{1,3}$/.test(typed) ? members[Number(typed) - 1] : undefined
    if (!member) throw new AppError('bad-request', `${typed} is no number of the list`)
    return member.id
  })
}

const isYes = (text: string) => /^y(es)?$/i.test(text)

const reasons = {
  silent: 'it did not answer in time',
  'promise-broken': 'it did not keep to the number that it had promised; somebody may stand in between',
}
const notes = {
  no: '',
  yes: ' (we know it already)',
  'by-another-key': ' (CAREFUL: we know one of this name by another key; ask whether it made a new home)',
}
