import { hashOf } from '#domain/canonical.ts'
import type { Document } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { createDice, createSimulatedTime, type Dice } from './clock.ts'
import { plainHabits, type Habits } from './habits.ts'
import { createHospital, type Hospital } from './hospital.ts'
import { consentOf, simulatedStudy, WEIGHT, type StudyOptions } from './study.ts'
import { createWorld, type Weather, type World } from './world.ts'

/** How often members compare their sets, in virtual milliseconds. */
const RECONCILE_MS = 400

export interface FederationOptions extends StudyOptions {
  readonly seed: number
  readonly members: number
  readonly trainings: number
  readonly weather: Weather
  readonly habits?: (member: number, dice: Dice) => Partial<Habits>
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

/** Lets all promises settle that the last event started: they do before the event loop turns. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A federation of simulated hospitals that have all approved one study. */
export function createFederation(options: FederationOptions): Federation {
  const { seed, members, trainings, weather, habits = () => ({}) } = options
  const dice = createDice(seed)
  const { clock, step } = createSimulatedTime()
  const world = createWorld(clock, dice, weather)
  const datasets = new Map<string, Hash>()
  const hospitals = Array.from({ length: members }, (_, i) => {
    const signer = createIdentity(dice.bytes(32))
    const dataset = hashOf({ seed, dataset: i })
    datasets.set(signer.id, dataset)
    const own = { ...plainHabits, ...habits(i, dice) }
    return createHospital({ signer, clock, dice, world, dataset, weight: WEIGHT, habits: own })
  })
  world.hospitals.push(...hospitals)
  const founder = hospitals[0] as Hospital
  const study = signDocument(founder.signer, simulatedStudy(hospitals, trainings, clock.now(), options))
  const consents = hospitals.map((one) =>
    signDocument(one.signer, consentOf(one.id, study, datasets.get(one.id) as Hash, clock.now())),
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
