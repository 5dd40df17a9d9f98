import type { Client } from '#contract/calls.ts'
import type { StudyView } from '#contract/views.ts'
import type { Mapping } from '#domain/dataset.ts'
import { CONVERGED } from '#domain/plan.ts'
import { sampleStudy, type Sample } from '#engine/samples/samples.ts'

/** Many small steps: long enough to watch, and to let a hospital drop out or lie while the model still gets better. */
const ROUNDS = 60
const LOCAL = { optimizer: 'sgd', learningRate: 0.1, batch: 64, steps: 2 } as const
/** Rounds that are rolled back or void come on top. */
const LAST_ROUND = 200
/** A hospital that is gone is not waited for as long as in earnest. */
const PACE = { answer: 24 * 3_600_000, compute: 20_000, exchange: 15_000 }
const STUDY_MS = 30 * 24 * 3600 * 1000
const WHO = { name: 'Rehearsal', role: 'sample governance officer', authenticated: 'command-line' } as const

/** Imports a sample hospital's table where it has none yet. Returns the dataset's id. */
export async function importTable(client: Client, { name, csv }: Sample): Promise<string> {
  const [known] = await client.call('datasets.list', null)
  if (known) return known.id
  const bytes = new TextEncoder().encode(csv)
  const about = { name, source: `${name}.csv`, size: bytes.length, replaces: null }
  const { id } = await client.call('imports.begin', about)
  await client.call('imports.chunk', { id, bytes })
  return (await client.call('imports.finish', { id })).id
}

/** Makes every two of these institutions known to each other that are not yet. */
export async function pairAll(clients: readonly Client[]): Promise<void> {
  const met = await Promise.all(
    clients.map(async (client) => ({
      client,
      id: (await client.call('institution.get', null)).id,
      peers: (await client.call('peers.list', null)).map((one) => one.id),
    })),
  )
  for (const one of met) {
    const strangers = met.filter((other) => other.id !== one.id && !other.peers.includes(one.id))
    if (strangers.length === 0) continue
    const { code } = await one.client.call('institution.invite', null)
    for (const { client } of strangers) await client.call('peers.confirm', { code })
  }
}

/** Proposes the sample study to all, once ours has a table to take part with and everyone knows everyone. */
export async function propose(client: Client, own: Client, now: number): Promise<void> {
  const [tables, known, us, peers, theirs] = await Promise.all([
    own.call('datasets.list', null),
    client.call('studies.list', null),
    client.call('institution.get', null),
    client.call('peers.list', null),
    own.call('peers.list', null),
  ])
  if (tables.length === 0 || known.length > 0 || peers.length !== theirs.length) return
  const members = [us, ...peers].map(({ id, name }) => ({ id, name }))
  await client.call('studies.propose', {
    ...{ ...sampleStudy, previous: null, expiresAt: now + STUDY_MS },
    members: members.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    // With votes: a hospital may lie in a rehearsal, and is to be seen.
    plan: { ...sampleStudy.plan, rounds: ROUNDS, local: LOCAL, gate: 'votes', stopping: CONVERGED },
    rules: { ...sampleStudy.rules, lastRound: LAST_ROUND, pace: PACE },
  })
}

/** Maps a sample hospital's columns to a study: by what is known of the sample, or by what its own app suggests. */
export async function mapStudy(
  client: Client,
  { id, study }: StudyView,
  dataset: string,
  sample: Sample,
): Promise<boolean> {
  const known = study.variables.every(({ name }) => Object.hasOwn(sample.mapping.variables, name))
  const mapping = known ? sample.mapping : await suggested(client, id, dataset, sample)
  const { findings } = await client.call('mappings.save', { study: id, dataset, mapping })
  return !findings.some(({ severity }) => severity === 'error')
}

async function suggested(client: Client, study: string, dataset: string, sample: Sample): Promise<Mapping> {
  const { variables, outcome } = await client.call('mappings.suggest', { study, dataset })
  // The best comes first for each variable, and the first of a name stays.
  const best = variables.toReversed().map(({ variable, source }) => [variable, source] as const)
  return {
    ...sample.mapping,
    variables: Object.fromEntries(best),
    outcome: outcome ?? sample.mapping.outcome,
  }
}

/** Answers a study for a sample hospital, as its governance officer would. */
export async function decide(
  client: Client,
  { id, study }: StudyView,
  decision: 'approve' | 'decline',
  reason: string,
): Promise<void> {
  const { textHash, standingId } = await client.call('consents.page', { study: id })
  await client.call('consents.decide', {
    ...{ study: id, decision, reason, textHash, supersedes: standingId, decidedBy: WHO, secondBy: null },
    ...{ from: 1, to: study.rules.lastRound, expiresAt: study.expiresAt },
  })
}
