import { hashOf } from '#domain/canonical.ts'
import { EMPTY_LOG } from '#domain/audit.ts'
import { AppError } from '#domain/errors.ts'
import { studyOf, type Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Clock, Contribution, Signer, Work, Worker } from '#network/ports.ts'
import { createRounds, type DecidedRound, type Rounds } from '#network/rounds/runner.ts'
import type { Dice } from './clock.ts'
import { createOpinion, type Habits } from './habits.ts'
import { createLiar, pretending, type Liar } from './liar.ts'
import { createMemoryStore } from './memory-store.ts'
import type { World } from './world.ts'

/** A vector's length in simulations: enough for every mask to matter, small enough for ten thousand runs. */
export const LENGTH = 5
export const BOUND = 1000

/** One simulated member: a durable store, and a process that may sleep, die and start again. */
export interface Hospital {
  readonly id: InstitutionId
  readonly signer: Signer
  readonly habits: Habits
  readonly store: ReturnType<typeof createMemoryStore>
  readonly decided: DecidedRound[]
  readonly failures: string[]
  /** What it keeps from others; null for an honest one. */
  readonly liar: Liar | null
  /** Since when it remembers what arrived (ticks), and when each document did. */
  since: number
  readonly arrived: Map<Hash, number>
  life: number
  asleep: boolean
  rounds: Rounds | null
  receive(document: Document): void
  start(study: Hash): void
  crash(): void
  sleep(): void
  wake(): void
  /** What this member's model says its contribution to a round is: the same after a restart, fresh in another round. */
  contributionTo(work: Work): Contribution
}

interface Options {
  readonly signer: Signer
  readonly clock: Clock
  readonly dice: Dice
  readonly world: World
  readonly dataset: Hash
  readonly weight: number
  readonly habits: Habits
}

/** What a simulated contribution depends on: the rows, and of a model's the base. */
const inputsOf = (dataset: Hash, { kind, base }: Work) => [
  hashOf({ dataset, kind, base: kind === 'training' ? base : null }).slice(0, 16),
]

/** A member of the simulated federation, running the very modules that the libp2p path runs. */
export function createHospital({ signer, clock, dice, world, dataset, weight, habits }: Options): Hospital {
  const store = createMemoryStore()
  const held: (() => void)[] = []
  const values = new Map<string, Float64Array>()

  /** Runs a callback in this life of the process: later when it sleeps, never when it died meanwhile. */
  function inLife(call: () => void): () => void {
    const born = hospital.life
    const guarded = () => {
      if (hospital.life !== born || !hospital.rounds) return
      if (hospital.asleep) held.push(guarded)
      else call()
    }
    return guarded
  }

  function contributionTo(work: Work): Contribution {
    const fresh = work.kind === 'training' ? work.round : work.kind
    const key = String(fresh)
    const known =
      values.get(key) ?? Float64Array.from({ length: LENGTH }, () => (dice.unit() * 2 - 1) * BOUND)
    values.set(key, known)
    return { values: known, weight, dataset, inputs: inputsOf(dataset, work) }
  }

  /** The turns are shared by the members of the latest sum. */
  function leads(round: number): boolean {
    const rota = hospital.decided.findLast((one) => one.members.length > 0)?.members ?? []
    return rota[round % rota.length] === hospital.id
  }
  const victim = () =>
    world.hospitals[(world.hospitals.indexOf(hospital) + 1) % world.hospitals.length]?.id ?? ''

  const opinion = createOpinion(dice, habits)
  /** What a member of the outside world cannot hurry: done after so long, in this life of the process, unless aborted. */
  function later<T>(ms: number, signal: AbortSignal, make: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = inLife(() => {
        try {
          signal.throwIfAborted()
          resolve(make())
        } catch (error) {
          reject(error)
        }
      })
      if (ms < Infinity) clock.after(ms, done)
    })
  }

  const worker: Worker = {
    shape: () => ({ length: LENGTH, bound: BOUND }),
    contribute(work, signal) {
      world.computes(hospital, work)
      return later(habits.computeMs * (0.5 + dice.unit()), signal, () => {
        if (work.kind !== 'evaluation' || !habits.tooFewHeldOut) return contributionTo(work)
        throw new AppError('rows-too-few', 'Too few held-out rows to judge a model')
      })
    },
    judge: ({ artefact }, signal) => later(opinion.delay(), signal, () => opinion.of(artefact)),
    conclude(work, sum) {
      world.opened(hospital, work, sum)
      return Promise.resolve(new Uint8Array(sum.slice().buffer))
    },
  }

  const hospital: Hospital = {
    id: signer.id,
    signer,
    habits,
    store,
    decided: [],
    failures: [],
    liar: habits.lies ? createLiar(signer, store.library) : null,
    since: 0,
    arrived: new Map(),
    life: 0,
    asleep: false,
    rounds: null,
    contributionTo,
    receive: (document) => {
      if (!hospital.rounds) return
      inLife(() => {
        if (!store.library.add(document)) return
        hospital.arrived.set(document.id, clock.ticks())
        if (document.body.kind === 'study') hospital.rounds?.watch(studyOf(document))
        hospital.rounds?.documentArrived(document)
      })()
    },
    start(study) {
      hospital.asleep = false
      hospital.since = clock.ticks()
      hospital.rounds = createRounds({
        signer,
        library: habits.lies ? pretending(store.library, { leads, victim }) : store.library,
        shelf: store.shelf,
        journal: store.journal,
        ledger: store.ledger,
        confirmed: habits.confirms,
        clock: { ...clock, after: (ms, call) => clock.after(ms, inLife(call)) },
        worker,
        gossip: world.gossipOf(hospital, inLife),
        random: dice.bytes,
        auditHead: () => EMPTY_LOG,
        decided(round) {
          hospital.since = clock.ticks()
          hospital.decided.push(round)
        },
        changed: () => undefined,
        failed: (_, act, error) => void hospital.failures.push(`${act} ${String(error)}`),
      })
      hospital.rounds.watch(study)
    },
    crash() {
      hospital.life += 1
      void hospital.rounds?.stop()
      hospital.rounds = null
      held.length = 0
    },
    sleep() {
      hospital.asleep = true
    },
    wake() {
      hospital.asleep = false
      for (const call of held.splice(0)) call()
    },
  }
  return hospital
}
