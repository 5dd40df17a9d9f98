import type { Command } from 'commander'
import type { Client } from '#contract/calls.ts'
import type { FiguresView, RoundView, StudyView } from '#contract/views.ts'
import type { Dataset } from '#domain/dataset.ts'
import type { Reason, RoundKind } from '#domain/round.ts'
import { headlines, type Outcome } from '#domain/variable.ts'
import { say } from '../terminal.ts'
import { absences, worthWords } from '../words.ts'
import { withEngine } from './where.ts'

const MAX_ROUNDS = 500

/** status: where everything stands, and what needs doing. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('say where this institution stands and what needs doing')
    .option('--json', 'as JSON for programs: institution, peers, datasets, studies, results, rounds')
    .option('--rounds', 'with --json: the rounds too')
    .action((options: { json?: boolean; rounds?: boolean }, command: Command) =>
      withEngine(command, async (client) => {
        const status = await gather(client, options.rounds === true)
        if (options.json) say(JSON.stringify(status))
        else for (const line of describeStatus(status)) say(line)
      }),
    )
}

/** What `status --json` is made of: tables by their columns, without what stands in them. */
export async function gather(client: Client, withRounds: boolean) {
  const institution = await client.call('institution.get', null)
  const peers = await client.call('peers.list', null)
  const datasets = await client.call('datasets.list', null)
  const studies = await client.call('studies.list', null)
  const details = await Promise.all(studies.map((one) => detailOf(client, one, withRounds)))
  return { institution, peers, datasets: datasets.map(withoutValues), studies: details }
}

/** Words, extremes and means may be those of one patient: they stay on the screen of the steward. */
function withoutValues({ columns, ...dataset }: Dataset) {
  return {
    ...dataset,
    columns: columns.map(({ name, type, unit, missing }) => ({ name, type, unit, missing })),
  }
}

async function detailOf(client: Client, view: StudyView, withRounds: boolean) {
  const results = view.state === 'finished' ? await client.call('results.get', { study: view.id }) : null
  const { trainRows, testRows } = await client.call('mappings.get', { study: view.id })
  const page = { study: view.id, from: 1, limit: MAX_ROUNDS }
  const rounds = withRounds ? await client.call('rounds.list', page) : []
  const [now] = await client.call('rounds.list', { study: view.id, from: Math.max(1, view.round), limit: 1 })
  const needs = now?.needs ?? null
  return { ...view, results, trainRows, testRows, rounds, needs, ended: await endOf(client, view) }
}

/** Why a study is over before its model was trained and judged: who can take part no more. Null where that is not so. */
async function endOf(client: Client, { id, state, round }: StudyView): Promise<Ending | null> {
  if (state !== 'finished' || round < 1) return null
  const [last] = await client.call('rounds.list', { study: id, from: round, limit: 1 })
  if (last?.outcome?.result !== 'void' || last.outcome.roster === undefined) return null
  const missing = last.members.flatMap(({ id: member, reason }) => (reason ? [{ id: member, reason }] : []))
  return { kind: last.kind, missing }
}

interface Ending {
  readonly kind: RoundKind
  readonly missing: readonly { readonly id: string; readonly reason: Reason }[]
}

/** What `status --json` prints. */
export type Status = Awaited<ReturnType<typeof gather>>

/** The lines of `status`, for people. */
export function describeStatus({ institution, peers, datasets, studies }: Status): string[] {
  const reachable = peers.filter((one) => one.connected).length
  return [
    `${institution.name}${institution.rehearsal ? ' (rehearsal: sample data only)' : ''}`,
    `  key ${institution.id}`,
    `  ${peers.length} other institutions known, ${reachable} connected`,
    ...datasets.map((one) => `  dataset ${one.name} (${one.id}): ${one.rows} rows, version ${one.version}`),
    ...studies.flatMap(describeStudy),
    ...(studies.length === 0 ? ['No study yet. Propose one with: murmuration study propose FILE'] : []),
  ]
}

function describeStudy(one: Status['studies'][number]): string[] {
  const answered = one.members.filter((member) => member.answer === 'approved').length
  return [
    `Study "${one.study.name}" (${one.id.slice(0, 12)})`,
    `  ${one.modelRefused ? refused : todo[one.state]}`,
    `  ${answered} of ${one.members.length} members have approved; round ${one.round}${one.roundKind ? ` (${one.roundKind})` : ''}; ` +
      `${one.trained} of at most ${one.study.plan.rounds} training rounds done${lostOf(one)}`,
    ...(one.needs ? [`  ${describeNeeds(one, one.needs)}`] : []),
    ...(one.ended ? [`  ${describeEnd(one, one.ended)}`] : []),
    ...(one.modelHash ? [`  model ${one.modelHash.slice(0, 12)}`] : []),
    ...(one.results?.shared
      ? [`  our held-out patients: ${compare(one.results, one.study.outcome.task)}`]
      : []),
  ]
}

/** Training rounds that lead nowhere, told apart from those in the model. */
function lostOf({ rolledBack = 0, setAside = 0 }: StudyView): string {
  const down = rolledBack > 0 ? `, ${rolledBack} more rolled back by votes` : ''
  return `${down}${setAside > 0 ? `, ${setAside} more set aside after the best model` : ''}`
}

function describeEnd({ members }: StudyView, { kind, missing }: Ending): string {
  const named = missing.map(({ id, reason }) => {
    const name = members.find((one) => one.id === id)?.name ?? id
    return `${name} (${absences[reason]})`
  })
  const why = missing.some(({ reason }) => reason === 'too-few-rows')
    ? 'too few members can take part'
    : 'a sum without them would give away what one of them sent'
  return `ended before its ${kind} round was done, with the model that it had: ${why}: ${named.join(', ')}`
}

function describeNeeds({ members }: StudyView, { ids, until }: NonNullable<RoundView['needs']>): string {
  const names = ids.map((id) => members.find((one) => one.id === id)?.name ?? id).join(', ')
  return `this round needs ${names}: a sum without it would show its part in an earlier one; until ${new Date(until).toISOString()} the others wait, then the study ends with the model that it has`
}

const measures = {
  binary: 'AUC',
  multiclass: 'share of right classes',
  regression: 'mean miss',
  survival: 'C-index',
} satisfies Record<Outcome['task'], string>

function compare(
  { alone, shared, worth }: NonNullable<Status['studies'][number]['results']>,
  task: Outcome['task'],
): string {
  const show = (figures: FiguresView | null) => figures?.[headlines[task]]?.toFixed(3) ?? 'not known'
  const told = worth ? `; ${worthWords[worth.verdict]}` : ''
  return `${measures[task]} ${show(shared)} with the shared model, ${show(alone)} alone${told}`
}

const refused =
  'To do: the shared model would show single patients of ours, so nothing was sent; talk to the others, then resume or leave in the pages (murmuration open)'

const todo: Readonly<Record<StudyView['state'], string>> = {
  'needs-mapping': 'To do: say how your columns are read, with: murmuration map FILE',
  'needs-consent': 'To do: read what it asks and decide, with: murmuration approve (or decline)',
  waiting: 'Nothing to do: waiting for other members to answer or to be there',
  running: 'Nothing to do: rounds are under way while the engine runs (murmuration run)',
  paused: 'Paused here; resume it in the pages (murmuration open)',
  finished: 'At its end',
  left: 'This institution takes no part',
}
