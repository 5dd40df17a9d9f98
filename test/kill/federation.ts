import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { StudyView } from '#contract/views.ts'
import type { Study } from '#domain/study.ts'
import { createHome } from '#headless/home.ts'
import { freePorts, sampleMaterial } from '#headless/demo/prepare.ts'
import { draftOf, mappingOf } from '#headless/study-file.ts'
import { createMember, type Member } from './member.ts'
import { makeNetwork, namespacesMissing } from './namespaces.ts'
import { until } from './until.ts'

const PORT = 4101
const ARRIVE_MS = 60_000

export interface FederationOptions {
  readonly members: number
  readonly pace: Study['rules']['pace']
  readonly trainings: number
  readonly computeMs: number
  readonly quorum?: Study['rules']['quorum']
}

/** Hospitals of one study, each a process with the product's engine in a network namespace of its own where these can be made. */
export async function createFederation(options: FederationOptions) {
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-kill-'))
  const network = namespacesMissing() === null ? makeNetwork(options.members) : null
  const ports = network ? [] : await freePorts(options.members)
  const { study: file, tables } = sampleMaterial(options.members)
  const members = tables.map(({ name }, i) =>
    createMember({
      name,
      home: path.join(folder, String(i)),
      passphrase: randomBytes(16).toString('base64url'),
      computeMs: options.computeMs,
      address: network?.machines[i]?.address ?? '127.0.0.1',
      namespace: network?.machines[i]?.name ?? null,
      port: ports[i] ?? PORT,
    }),
  )

  /** Takes everything away, also when this process ends before that was asked for. */
  async function remove(): Promise<void> {
    await Promise.all(members.map((one) => one.stop()))
    process.off('exit', removeAtOnce)
    network?.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  function removeAtOnce(): void {
    for (const one of members) one.killAtOnce()
    network?.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', removeAtOnce)

  try {
    for (const { home, name, passphrase } of members)
      await createHome(home, name, passphrase, true, Date.now())
  } catch (error) {
    await remove()
    throw error
  }
  return {
    members,
    network,
    remove,
    /** Keeps what the members said, for whoever looks for the cause of trouble. */
    keepLogs(place: string): void {
      for (const { home } of members) {
        for (const log of ['said.log', 'murmuration.log']) {
          const from = path.join(home, log)
          if (existsSync(from)) cpSync(from, path.join(place, path.basename(home), log))
        }
      }
    },
    start: () => Promise.all(members.map((one) => one.start())),
    /** Everybody gets to know everybody by invitations. */
    async pair(): Promise<void> {
      const codes = await Promise.all(members.map((one) => one.call('institution.invite', null)))
      for (const [i, one] of members.entries()) {
        for (const [j, { code }] of codes.entries()) if (i !== j) await one.call('peers.confirm', { code })
      }
    },
    importAll: () => Promise.all(members.map((one, i) => importTable(one, tables[i]!.csv))),
    /** Proposes the study at the first member, and waits until all have it. Returns its id. */
    async propose(): Promise<string> {
      const [first] = members
      const own = await first!.call('institution.get', null)
      const peers = await first!.call('peers.list', null)
      const study = { ...file.study, ...changed(file.study, options) }
      const { id } = await first!.call('studies.propose', draftOf({ ...file, study }, own, peers, Date.now()))
      for (const one of members) await until(`${one.name} has the study`, () => has(one, id), ARRIVE_MS)
      return id
    },
    async approve(member: Member, study: string): Promise<void> {
      const [dataset] = await member.call('datasets.list', null)
      const mapping = mappingOf(file, member.name)
      await member.call('mappings.save', { study, dataset: dataset!.id, mapping })
      await decide(member, study)
    },
  }
}

export type Federation = Awaited<ReturnType<typeof createFederation>>

/** The samples' study with the pace of this test, and as many rounds as it takes. */
function changed({ plan, rules }: Pick<Study, 'plan' | 'rules'>, options: FederationOptions) {
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
