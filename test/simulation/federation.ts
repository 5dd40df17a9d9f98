import { hashOf } from '#domain/canonical.ts'
import type { Consent } from '#domain/consent.ts'
import type { Document } from '#domain/documents.ts'
import { planHash, type Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { createDice, createSimulatedTime, type Dice } from './clock.ts'
import { createHospital, type Hospital } from './hospital.ts'
import { createWorld, type Weather, type World } from './world.ts'

/** How often members compare their sets, in virtual milliseconds. */
const RECONCILE_MS = 400
const WEIGHT = 64

export interface FederationOptions {
  readonly seed: number
  readonly members: number
  readonly trainings: number
  readonly weather: Weather
}

export interface Federation {
  readonly dice: Dice
  readonly world: World
  readonly study: Document<Study>
  readonly hospitals: readonly Hospital[]
  readonly ticks: () => number
  after(ms: number, call: () => void): void
  /** Runs until `done` or until this much virtual time has passed. True when done. */
  run(done: () => boolean, virtualMs: number): Promise<boolean>
}

function aStudy(hospitals: readonly { id: string }[], trainings: number, now: number): Study {
  return {
    kind: 'study',
    name: 'Simulated',
    version: 1,
    previous: null,
    purpose: '',
    references: { person: '', ethics: '', dpia: '', agreement: '', legalBasis: '', duo: [], retention: '' },
    members: hospitals.map(({ id }, i) => ({ id, name: `Hospital ${i}` })),
    variables: [
      { type: 'number', name: 'x', label: '', unit: null, low: 0, high: 1, outside: 'clip', missing: 'mean' },
    ],
    outcome: { task: 'binary', name: 'y', label: '', positive: 'yes' },
    plan: {
      model: { kind: 'linear' },
      intercept: 'shared',
      head: 'shared',
      l2: 0,
      local: {
        optimizer: 'sgd',
        learningRate: 0.1,
        batch: 16,
        steps: 1,
        proximal: 0,
        controlVariates: false,
      },
      outer: { kind: 'average' },
      rounds: trainings,
      stopping: { kind: 'never' },
      updateBound: 10,
      origin: '',
    },
    privacy: { kind: 'masked' },
    rules: {
      quorum: 'two-thirds',
      minimumSum: 3,
      weightBands: [WEIGHT],
      minimumRows: 16,
      lastRound: 2000,
      pace: { answer: 1000, compute: 2000, exchange: 1500 },
    },
    createdAt: now,
    expiresAt: now + 1e9,
  }
}

function consentOf(hospital: Hospital, study: Document<Study>, dataset: Hash, now: number): Consent {
  const decidedBy = { name: 'Officer', role: '', authenticated: 'command-line' as const }
  return {
    kind: 'consent',
    study: study.id,
    version: 1,
    decision: 'approve',
    from: 1,
    to: 2000,
    planHash: planHash(study.body),
    members: study.body.members.map((one) => one.id),
    grant: {
      dataset,
      schemaHash: hashOf('schema'),
      columnsUsed: ['x'],
      columnsUnused: 0,
      weight: WEIGHT,
      deidentification: null,
    },
    reason: '',
    decidedBy,
    secondBy: null,
    decidedAt: now,
    expiresAt: now + 1e9,
    supersedes: null,
    textHash: hashOf('text'),
    language: 'en',
    build: hospital.id.slice(0, 8),
  }
}

/** Lets all promises settle that the last event started: they do before the event loop turns. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A federation of simulated hospitals that have all approved one study. */
export function createFederation({ seed, members, trainings, weather }: FederationOptions): Federation {
  const dice = createDice(seed)
  const { clock, step } = createSimulatedTime()
  const world = createWorld(clock, dice, weather)
  const datasets = new Map<string, Hash>()
  const hospitals = Array.from({ length: members }, (_, i) => {
    const signer = createIdentity(dice.bytes(32))
    const dataset = hashOf({ seed, dataset: i })
    datasets.set(signer.id, dataset)
    return createHospital({ signer, clock, dice, world, dataset, weight: WEIGHT, computeMs: 200 })
  })
  world.hospitals.push(...hospitals)
  const founder = hospitals[0] as Hospital
  const study = signDocument(founder.signer, aStudy(hospitals, trainings, clock.now()))
  const consents = hospitals.map((one) =>
    signDocument(one.signer, consentOf(one, study, datasets.get(one.id) as Hash, clock.now())),
  )
  for (const hospital of hospitals) {
    for (const document of [study, ...consents]) hospital.store.library.add(document)
    hospital.start(study.id)
  }
  reconcileForEver()

  function reconcileForEver() {
    const a = dice.pick(hospitals)
    const b = dice.pick(hospitals)
    if (a !== b) world.reconcile(a, b)
    clock.after(RECONCILE_MS / members, reconcileForEver)
  }

  return {
    dice,
    world,
    study,
    hospitals,
    ticks: clock.ticks,
    after: (ms, call) => void clock.after(ms, call),
    async run(done, virtualMs) {
      const until = clock.ticks() + virtualMs
      await settle()
      while (!done()) {
        if (!step(until)) return false
        await settle()
      }
      return true
    },
  }
}
