import { EMPTY_LOG } from '#domain/audit.ts'
import { createHash } from 'node:crypto'
import type { Document } from '#domain/documents.ts'
import { hashBytes } from '#domain/canonical.ts'
import type { Hash } from '#domain/values.ts'
import type { GuardedSum } from '#domain/guarded-sum.ts'
import type { Clock, Ledger, Library } from '#network/ports.ts'
import type { Act } from '#network/rounds/acts.ts'
import { nextAct } from '#network/rounds/machine.ts'
import { createMemory, type RoundMemory } from '#network/rounds/memory.ts'
import { createPerformer } from '#network/rounds/perform.ts'
import { ofKind } from '#network/rounds/record.ts'
import type { RoundsPorts } from '#network/rounds/runner.ts'
import { createSituations } from '#network/rounds/situate.ts'
import { contextOf, type Opened, type Secrets } from '#network/rounds/situation.ts'
import { brokenPromises } from '../simulation/promises.ts'
import { WEIGHT } from '../simulation/study.ts'
import { BOUND, datasetOf, inputsOf, LENGTH, NOW, type Setting } from './setting.ts'
import { type Numbers, type Table, union } from './table.ts'

/**
 * All that one honest member is at a moment: what it has signed, and what its process remembers. What others have signed it
 * may forget and learn again at any time: that only adds behaviour, and what is safe with it is safe without.
 */
export interface Local {
  readonly member: number
  readonly docs: Numbers
  /** The roster for which keys are in memory, with the keys as hex; null when erased. */
  readonly secrets: { readonly roster: Hash; readonly secretKey: string; readonly seed: string } | null
  readonly opened: readonly (readonly [number, Opened])[]
  readonly broken: readonly number[]
}

/** What a member did: how it is afterwards, and the document that it published, if any. */
export interface Step {
  readonly act: Act['act']
  readonly after: Local
  readonly published: Document | null
  /** What an honest member never does. */
  readonly broken: readonly string[]
}

/** A moment of the monotonic clock: before any deadline, after the short waits, after computing, after every deadline. */
export const MOMENTS = [0, 1000, 2500, 1e12]

/** What a member knows beside the documents of the round. */
export interface Beside {
  /** Whom it has confirmed itself. */
  readonly confirmed: (member: number, id: string) => boolean
  /** Sums of its ledger that no document of this round tells of. */
  readonly ledger: (member: number) => GuardedSum[]
}

const nothingBeside: Beside = { confirmed: () => true, ledger: () => [] }

/** Lets one member take its next act, by the real modules, with what it holds and these further documents at this moment. */
export function createMember(
  setting: Setting,
  table: Table,
  blobs: Map<Hash, Uint8Array>,
  beside: Beside = nothingBeside,
) {
  return async (local: Local, learnt: Numbers, moment: number): Promise<Step | null> => {
    const docs = union(local.docs, learnt)
    const stage = createStage(setting, table, blobs, { ...local, docs }, moment, beside)
    const situation = createSituations(stage.ports, setting.study)(setting.history, stage.memory, false)
    if (!situation) return null
    const act = nextAct(situation)
    if (act.act === 'wait' || act.act === 'settle') return null
    const loop = { memory: () => stage.memory, poke: () => {}, complete: () => null, settled: () => {} }
    await createPerformer(stage.ports, setting.study, loop)(withoutBlame(act), situation)
    if (stage.failures.length > 0) throw new Error(stage.failures.join('; '))
    const { published, memory, added } = stage
    const broken = published
      ? brokenPromises({ id: setting.ids[local.member]!, store: stage.ports }, published)
      : []
    return { act: act.act, after: localOf(local, union(local.docs, added), memory), published, broken }
  }
}

/** Whom a member waited for decides nothing, and would only multiply the states. */
function withoutBlame(act: Exclude<Act, { act: 'wait' }>): Exclude<Act, { act: 'wait' }> {
  if (act.act !== 'sign' || act.body.kind !== 'abandon') return act
  return { ...act, body: { ...act.body, missing: [] } }
}

function localOf({ member }: Local, docs: Numbers, memory: RoundMemory): Local {
  const { secrets } = memory
  return {
    ...{ member, docs },
    secrets: secrets && {
      roster: secrets.roster,
      secretKey: Buffer.from(secrets.secretKey).toString('hex'),
      seed: Buffer.from(secrets.seed).toString('hex'),
    },
    opened: [...memory.opened],
    broken: [...memory.broken],
  }
}

interface Stage {
  readonly ports: RoundsPorts
  readonly memory: RoundMemory
  /** Documents that the act stored. */
  readonly added: number[]
  readonly failures: string[]
  published: Document | null
}

function createStage(
  setting: Setting,
  table: Table,
  blobs: Map<Hash, Uint8Array>,
  local: Local,
  moment: number,
  beside: Beside,
) {
  const clockAt = (ticks: number): Clock => ({ now: () => NOW, ticks: () => ticks, after: () => () => {} })
  const shelf: RoundsPorts['shelf'] = {
    has: (hash) => blobs.has(hash),
    get: (hash) => blobs.get(hash) ?? null,
    put(bytes) {
      const hash = hashBytes(bytes)
      blobs.set(hash, bytes)
      return hash
    },
    putAll: (all, keep, study) => all.forEach((bytes) => shelf.put(bytes, keep, study)),
  }
  const added: number[] = []
  const failures: string[] = []
  const ports: RoundsPorts = {
    signer: setting.signers[local.member]!,
    library: libraryOf(setting, table, local.docs, added),
    ...{ shelf, clock: clockAt(moment), random: createRandom(setting, table, local) },
    journal: { read: () => [], write: () => {}, together: (work) => work() },
    worker: {
      shape: () => ({ length: LENGTH, bound: BOUND }),
      contribute: () => Promise.reject(new Error('The contribution is there already')),
      conclude: (_work, sum) => Promise.resolve(new Uint8Array(sum.slice().buffer)),
    },
    gossip: {
      publish: (document) => void (stage.published = document),
      fetch: () => Promise.reject(new Error('Contributions come with their commitments')),
      connected: () => setting.ids,
    },
    ledger: ledgerOf(setting, table, local, beside.ledger(local.member)),
    confirmed: (id) => beside.confirmed(local.member, id),
    auditHead: () => EMPTY_LOG,
    decided: () => {},
    changed: () => {},
    failed: (_study, act, error) => void failures.push(`${act}: ${String(error)}`),
  }
  const memory = restore(
    local,
    createMemory(clockAt(0), (hash) => shelf.has(hash, setting.study.id)),
  )
  const stage: Stage = { ports, memory, added, failures, published: null }
  return stage
}

function restore({ member, secrets, opened, broken }: Local, memory: RoundMemory): RoundMemory {
  memory.setContribution({
    values: Float64Array.of(member + 1),
    weight: WEIGHT,
    dataset: datasetOf(member),
    inputs: inputsOf(member),
  })
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
  if (secrets)
    memory.setSecrets({
      roster: secrets.roster,
      secretKey: bytes(secrets.secretKey),
      seed: bytes(secrets.seed),
    } satisfies Secrets)
  for (const [attempt, one] of opened) memory.setOpened(attempt, one)
  for (const attempt of broken) memory.setBroken(attempt)
  return memory
}

function libraryOf(
  { study, general, round }: Setting,
  table: Table,
  docs: Numbers,
  added: number[],
): Library {
  const held = docs.map(table.document)
  return {
    studies: () => [study.id],
    study: (id) => (id === study.id ? study : null),
    ids: () => [],
    get: (id) => held.find((one) => one.id === id) ?? null,
    ofRound: (_, of) => (of === 0 ? general : of === round ? [...held, ...added.map(table.document)] : []),
    bytesBy: () => new Map(),
    add(document) {
      added.push(table.number(document))
      return true
    },
  }
}

/** What a member committed to, read off its own signatures: it is written with them. */
function ledgerOf(
  { study, round, ids }: Setting,
  table: Table,
  { member, docs }: Local,
  more: GuardedSum[],
): Ledger {
  const held = docs.map(table.document)
  const own = ofKind(held, 'commitment').filter((one) => one.author === ids[member])
  const sums = own.flatMap(({ body: { ctx, attempt } }): GuardedSum[] => {
    const roster = ofKind(held, 'roster').find((one) => contextOf(one.body) === ctx)
    const members = roster?.body.action.do === 'sum' ? roster.body.action.members : []
    return [{ study: study.id, round, attempt, members, inputs: inputsOf(member) }]
  })
  return { withInputs: () => [...sums, ...more], add: (sum) => void more.push(sum) }
}

/** Bytes that are fresh for each roster that a member signs, and the same in every run. */
function createRandom({ ids }: Setting, table: Table, { member, docs }: Local) {
  const signed = docs.map(table.document).filter((one) => one.author === ids[member]).length
  let calls = 0
  return (count: number): Uint8Array => {
    const name = `random ${member} ${signed} ${calls++}`
    return Uint8Array.from(createHash('sha256').update(name).digest().subarray(0, count))
  }
}
