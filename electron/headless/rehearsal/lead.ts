import type { Client } from '#contract/calls.ts'
import type { StudyView } from '#contract/views.ts'
import type { Log } from '#engine/ports.ts'
import type { Clock } from '#network/ports.ts'
import { decide, importTable, mapStudy, pairAll, propose } from './acts.ts'
import type { SampleHospital } from './sample.ts'

const LOOK_MS = 1000
/** So long after ours a sample hospital approves: one after the other, so that it can be seen. */
const FIRST_ANSWER_MS = 2500
const NEXT_ANSWER_MS = 2500
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
    if (ours.length === 0 && here.length === others.length && here[0])
      await propose(here[0].client, own, clock.now())
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
