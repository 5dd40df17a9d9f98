import type { Client } from '#contract/calls.ts'
import type { StudyView } from '#contract/views.ts'
import type { Log } from '#engine/ports.ts'
import { sampleStudy } from '#engine/samples/samples.ts'
import type { Clock } from '#network/ports.ts'
import { decide, importTable, mapStudy, pairAll } from './acts.ts'
import type { SampleHospital } from './sample.ts'

const LOOK_MS = 1000
/** So long after ours a sample hospital approves: one after the other, so that it can be seen. */
const FIRST_ANSWER_MS = 2500
const NEXT_ANSWER_MS = 2500
/** Long enough to watch, and a hospital that drops out is not waited for as long as in earnest. */
const ROUNDS = 20
const PACE = { answer: 24 * 3_600_000, compute: 20_000, exchange: 15_000 }
const STUDY_MS = 30 * 24 * 3600 * 1000
const CANNOT = 'Our columns do not fit these variables.'

export interface LeadPorts {
  readonly own: Client
  readonly others: readonly SampleHospital[]
  readonly clock: Pick<Clock, 'after' | 'now'>
  readonly log: Log
}

/**
 * Plays the people of the sample hospitals: they import, pair, propose a study once ours has a table, map, and approve a
 * little after ours did. What is done is seen in their own stores, so that it goes on where it was after any restart.
 */
export function lead({ own, others, clock, log }: LeadPorts): () => void {
  const approvedAt = new Map<string, number>()
  let stopped = false
  let cancel = clock.after(0, () => void turn())

  async function turn(): Promise<void> {
    try {
      await look()
    } catch (error) {
      // A hospital may be killed in the middle of anything: the next look finds what is left to do.
      log('warn', 'rehearsal-waits', { error })
    }
    if (!stopped) cancel = clock.after(LOOK_MS, () => void turn())
  }

  async function look(): Promise<void> {
    const here = others.flatMap(({ lodging, client }) => {
      const found = client()
      return found ? [{ client: found, lodging }] : []
    })
    if (here.length === 0) return
    const datasets = await Promise.all(here.map(({ client, lodging }) => importTable(client, lodging)))
    await pairAll([own, ...here.map(({ client }) => client)])
    const ours = await own.call('studies.list', null)
    noteApprovals(ours)
    if (ours.length === 0 && here.length === others.length && here[0]) await propose(here[0].client)
    for (const [index, { client, lodging }] of here.entries()) {
      await answerAll(client, index, { dataset: datasets[index] ?? '', lodging })
    }
  }

  function noteApprovals(studies: readonly StudyView[]): void {
    for (const { id, state } of studies) {
      if (state === 'needs-mapping' || state === 'needs-consent') approvedAt.delete(id)
      else if (!approvedAt.has(id)) approvedAt.set(id, clock.now())
    }
  }

  /** A first sample hospital proposes the sample study once ours has a table to take part with. */
  async function propose(client: Client): Promise<void> {
    const [table] = await own.call('datasets.list', null)
    const known = await client.call('studies.list', null)
    if (!table || known.length > 0) return
    const members = [
      await client.call('institution.get', null),
      ...(await client.call('peers.list', null)),
    ].map(({ id, name }) => ({ id, name }))
    if (members.length !== others.length + 1) return
    const ordered = members.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    await client.call('studies.propose', {
      ...{ ...sampleStudy, members: ordered, previous: null, expiresAt: clock.now() + STUDY_MS },
      ...{ plan: { ...sampleStudy.plan, rounds: ROUNDS }, rules: { ...sampleStudy.rules, pace: PACE } },
    })
  }

  async function answerAll(
    client: Client,
    index: number,
    { dataset, lodging }: { dataset: string; lodging: SampleHospital['lodging'] },
  ): Promise<void> {
    for (const one of await client.call('studies.list', null)) {
      if (one.state === 'needs-mapping' && !(await mapStudy(client, one, dataset, lodging)))
        await decide(client, one, 'decline', CANNOT)
      else if (
        one.state === 'needs-consent' &&
        isTime(one, await client.call('institution.get', null), index)
      )
        await decide(client, one, 'approve', '')
    }
  }

  function isTime({ id, author }: StudyView, us: { id: string }, index: number): boolean {
    const since = approvedAt.get(id)
    if (author === us.id) return true
    return since !== undefined && clock.now() - since >= FIRST_ANSWER_MS + NEXT_ANSWER_MS * index
  }

  return () => {
    stopped = true
    cancel()
  }
}
