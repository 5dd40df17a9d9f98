import { EMPTY_LOG } from '#domain/audit.ts'
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { hashOf } from '#domain/canonical.ts'
import type { Consent } from '#domain/consent.ts'
import type { Document, Reveal } from '#domain/documents.ts'
import { planHash, type Study } from '#domain/study.ts'
import { aStudy } from '#kit/sample-study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { realClock, until } from '#kit/real-clock.ts'
import { signDocument } from '#network/identity/documents.ts'
import type { Library, Worker } from '#network/ports.ts'
import { createRounds, type DecidedRound, type Rounds } from '#network/rounds/runner.ts'
import { createLiar, pretending, type Liar } from '../simulation/liar.ts'
import { createMemoryStore } from '../simulation/memory-store.ts'
import { createHospital, type Hospital, type HospitalOptions } from './hospitals.ts'

const WEIGHT = 20
const BOUND = 1000

export interface RoundingOptions {
  /** Numbers in each member's vector. */
  readonly length: number
  readonly trainings: number
  readonly pace?: Study['rules']['pace']
  /** How long a member computes, in milliseconds. */
  readonly computeMs?: number
  /** Where members of one process keep equal bytes once. */
  readonly pool?: Map<Hash, Uint8Array>
  /** Whether a member's numbers are the same in all rounds of training. */
  readonly still?: boolean
  /** A member that keeps its reveals of some attempts back, says otherwise, and is told what it opens. */
  readonly lies?: {
    readonly withholds: (reveal: Reveal) => boolean
    readonly opened: (sum: Float64Array) => void
    /** Whose readiness it has not received, in the rounds that it leads. */
    readonly leads: (round: number) => boolean
    readonly victim: () => InstitutionId
  }
}

/** A member with real network and real rounds; only its model is a vector that the test knows. */
export function createRounding(
  number: number,
  { length, computeMs = 0, pool, still = false, lies }: RoundingOptions,
  options: HospitalOptions = {},
) {
  const store = createMemoryStore(pool)
  const decided: DecidedRound[] = []
  const failures: string[] = []
  let rounds: Rounds | null = null
  const mayLeave = (study: Hash, hash: Hash, to: InstitutionId) =>
    rounds ? rounds.mayLeave(study, hash, to) : 'not running'
  const documentArrived = (document: Document) => rounds?.documentArrived(document)
  const hospital = createHospital(number, {
    ...options,
    ...{ library: lies ? shownBy(() => liar, store.library) : store.library, shelf: store.shelf },
    mayLeave: (hash, to, study) => mayLeave(study, hash, to),
    onDocument: documentArrived,
  })
  const worker: Worker = {
    shape: () => ({ length, bound: BOUND }),
    contribute: async ({ round, kind, base }) => {
      await setTimeout(computeMs)
      const values = valuesOf(kind === 'training' ? (still ? 1 : round) : 0)
      const inputs = [
        `${number} ${kind} ${kind === 'training' ? base : ''}`
          .padEnd(16, '-')
          .slice(0, 16)
          .replaceAll(' ', '_'),
      ]
      return { values, weight: WEIGHT, dataset: datasetOf(number), inputs }
    },
    conclude(_work, sum) {
      lies?.opened(sum)
      return Promise.resolve(new Uint8Array(sum.slice().buffer))
    },
  }
  const valuesOf = (round: number) =>
    Float64Array.from({ length }, (_, i) => Math.sin(i * (number + 1 + round)) * BOUND)
  const liar = lies ? createLiar(hospital.identity, store.library, lies.withholds) : null
  return {
    ...hospital,
    number,
    store,
    decided,
    failures,
    valuesOf,
    mayLeave,
    documentArrived,
    /** Takes part in a study that its library holds. */
    takePart(study: Document<Study>) {
      rounds = createRounds({
        ...{ signer: hospital.identity, clock: realClock, worker, random: randomBytes },
        library: lies ? pretending(store.library, lies) : store.library,
        ...{ shelf: store.shelf, journal: store.journal, ledger: store.ledger },
        confirmed: () => true,
        gossip: {
          publish(document) {
            const shown = liar ? liar.shown(document) : document
            if (shown) hospital.net().publish(shown)
          },
          fetch: (...request) => hospital.net().fetch(...request),
          connected: () => hospital.net().connected(),
        },
        auditHead: () => EMPTY_LOG,
        decided: (round) => void decided.push(round),
        changed: () => {},
        failed: (_study, act, error) => void failures.push(`${act}: ${String(error)}`),
      })
      rounds.watch(study.id)
    },
    arrived: (document: Document) => rounds?.documentArrived(document),
    /** The process dies: what is in memory is lost, the library and journal stay. */
    async stop() {
      await rounds?.stop()
      rounds = null
      await hospital.stop()
    },
  }
}

/** What a liar's node shows of its library. */
function shownBy(liar: () => Liar | null, library: Library): Library {
  const isShown = (id: Hash) => liar()?.hides(id) !== true
  return {
    ...library,
    ids: (study) => library.ids(study).filter(isShown),
    get: (id) => (isShown(id) ? library.get(id) : null),
  }
}

export type Rounding = ReturnType<typeof createRounding>

const datasetOf = (number: number) => createHash('sha256').update(`dataset ${number}`).digest('hex')

/** A study that all of these have approved, in all their libraries. */
export function agreeOnStudy(
  members: readonly Rounding[],
  { trainings, pace = { answer: 60_000, compute: 30_000, exchange: 30_000 } }: RoundingOptions,
): Document<Study> {
  const draft = aStudy(members.map((one) => one.member))
  const now = Date.now()
  const study = signDocument(members[0]!.identity, {
    ...draft,
    createdAt: now,
    expiresAt: now + 1e9,
    variables: [
      { type: 'number', name: 'x', label: '', unit: null, low: 0, high: 1, outside: 'clip', missing: 'mean' },
    ],
    plan: { ...draft.plan, intercept: 'shared', rounds: trainings },
    rules: { ...draft.rules, lastRound: trainings + 40, pace },
  })
  const consents = members.map((one) => signDocument(one.identity, consentOf(one, study, now)))
  for (const one of members) for (const document of [study, ...consents]) one.library.add(document)
  return study
}

function consentOf(one: Rounding, study: Document<Study>, now: number): Consent {
  return {
    ...{ kind: 'consent', study: study.id, version: 1, decision: 'approve' },
    ...{ from: 1, to: study.body.rules.lastRound, planHash: planHash(study.body) },
    members: study.body.members.map(({ id }) => id),
    grant: {
      ...{ dataset: datasetOf(one.number), schemaHash: hashOf('schema'), columnsUsed: ['x'] },
      ...{ columnsUnused: 0, weight: WEIGHT, deidentification: null },
    },
    ...{ reason: '', decidedBy: { name: 'Officer', role: '', authenticated: 'command-line' } },
    ...{ secondBy: null, decidedAt: now, expiresAt: now + 1e9, supersedes: null },
    ...{ textHash: hashOf('text'), language: 'en', build: 'test' },
  }
}

/** Pairs that meet at once: a handshake is work, and here one process does both sides of them all. */
const AT_ONCE = 16

/** Waits until each of these pairs is connected both ways. */
export async function connectPairs(
  members: readonly Hospital[],
  pairs: readonly (readonly [number, number])[],
) {
  for (let at = 0; at < pairs.length; at += AT_ONCE) await connectSome(members, pairs.slice(at, at + AT_ONCE))
}

async function connectSome(members: readonly Hospital[], pairs: readonly (readonly [number, number])[]) {
  for (const [i, j] of pairs) {
    const [a, b] = [members[i]!, members[j]!]
    a.known.set(b.id, b.peer())
    b.known.set(a.id, a.peer())
    a.net().connectTo(b.peer())
  }
  for (const [i, j] of pairs) {
    const [a, b] = [members[i]!, members[j]!]
    await until(
      `${a.name} and ${b.name} are connected`,
      () => a.net().connected().includes(b.id) && b.net().connected().includes(a.id),
      60_000,
    )
  }
}

/** All pairs of so many members but those named. */
export function pairsOf(count: number, but: readonly (readonly [number, number])[] = []): [number, number][] {
  const all = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - i - 1 }, (__, j): [number, number] => [i, i + 1 + j]),
  ).flat()
  return all.filter(([i, j]) => !but.some(([a, b]) => a === i && b === j))
}
