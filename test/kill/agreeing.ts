import type { StudyView } from '#contract/views.ts'
import type { Study } from '#domain/study.ts'
import type { sampleMaterial } from '#headless/demo/prepare.ts'
import { draftOf, mappingOf } from '#headless/study-file.ts'
import type { Member } from './member.ts'
import { until } from './until.ts'

const ARRIVE_MS = 60_000

/** What the study of a federation is like. */
export interface Agreement {
  readonly pace: Study['rules']['pace']
  readonly trainings: number
  readonly quorum?: Study['rules']['quorum']
}

/** The way of some hospitals from nothing to a study that they do together, by the calls that screens make. */
export function createAgreeing(
  members: readonly Member[],
  { study: file, tables }: ReturnType<typeof sampleMaterial>,
  options: Agreement,
) {
  const start = () => Promise.all(members.map((one) => one.start()))

  /** Everybody gets to know everybody by invitations. */
  async function pair(): Promise<void> {
    const codes = await Promise.all(members.map((one) => one.call('institution.invite', null)))
    for (const [i, one] of members.entries()) {
      for (const [j, { code }] of codes.entries()) if (i !== j) await one.call('peers.confirm', { code })
    }
  }

  const importAll = () => Promise.all(members.map((one, i) => importTable(one, tables[i]!.csv)))

  /** Proposes the study at the first member, waits until all have it, and lets all approve. Returns its id. */
  async function agree(): Promise<string> {
    const [first] = members
    const own = await first!.call('institution.get', null)
    const peers = await first!.call('peers.list', null)
    const study = { ...file.study, ...changed(file.study, options) }
    const draft = draftOf({ ...file, study }, own, peers, Date.now())
    const { id } = await first!.call('studies.propose', draft)
    for (const one of members) await until(`${one.name} has the study`, () => has(one, id), ARRIVE_MS)
    for (const one of members) await approve(one, id)
    return id
  }

  async function approve(member: Member, study: string): Promise<void> {
    const [dataset] = await member.call('datasets.list', null)
    const mapping = mappingOf(file, member.name)
    await member.call('mappings.save', { study, dataset: dataset!.id, mapping })
    await decide(member, study)
  }

  return {
    start,
    pair,
    importAll,
    agree,
    /** All of these steps: the first round begins. Returns the study's id. */
    async begin(): Promise<string> {
      await start()
      await pair()
      await importAll()
      return agree()
    },
  }
}

/** The samples' study with the pace of this test, and as many rounds as it takes. */
function changed({ plan, rules }: Pick<Study, 'plan' | 'rules'>, options: Agreement) {
  const { pace, trainings, quorum = 'two-thirds' } = options
  return {
    plan: { ...plan, rounds: trainings },
    rules: { ...rules, quorum, minimumSum: 3, lastRound: trainings + 500, pace },
  }
}

async function has(member: Member, study: string): Promise<boolean> {
  return (await member.call('studies.list', null)).some((one: StudyView) => one.id === study)
}

async function importTable(member: Member, csv: string): Promise<void> {
  const bytes = new Uint8Array(Buffer.from(csv))
  const { id } = await member.call('imports.begin', {
    ...{ name: member.name, source: 'samples.csv', size: bytes.length, replaces: null },
  })
  await member.call('imports.chunk', { id, bytes })
  await member.call('imports.finish', { id })
}

async function decide(member: Member, study: string): Promise<void> {
  const { study: declared } = await member.call('studies.get', { id: study })
  const { textHash, standingId } = await member.call('consents.page', { study })
  await member.call('consents.decide', {
    ...{ study, decision: 'approve', from: 1, to: declared.rules.lastRound, expiresAt: declared.expiresAt },
    ...{ reason: '', secondBy: null, textHash, supersedes: standingId },
    decidedBy: { name: 'Bench', role: 'for the institution', authenticated: 'command-line' },
  })
}
