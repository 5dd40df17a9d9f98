import { createFederation, type Federation } from './federation.ts'
import type { Hospital } from './hospital.ts'
import { judge } from './referee.ts'
import type { Weather } from './world.ts'

export interface DropoutOptions {
  readonly seed: number
  readonly members: number
  readonly trainings: number
  /** How likely each member is to drop out of each round, at any moment of it. */
  readonly rate: number
}

export interface DropoutReport {
  readonly faults: readonly string[]
  readonly hung: boolean
  readonly rounds: number
  /** Drop-outs that happened. */
  readonly dropped: number
  readonly voided: number
  /** Rounds that needed more than one attempt, and all attempts beyond the first. */
  readonly repeated: number
  readonly attempts: number
  readonly virtualMs: number
}

/** How long a member that dropped out stays away, and a round's length before the first is over, in virtual milliseconds. */
const AWAY_MS = 1500
const FIRST_ROUND_MS = 700
const LIMIT_MS = 600_000

/**
 * A study in fair weather of which every member drops out of every round with some chance: its process dies at any
 * moment of the round, and starts again after a while.
 */
export async function runDropouts({
  seed,
  members,
  trainings,
  rate,
}: DropoutOptions): Promise<DropoutReport> {
  const weather: Weather = { delayMs: [1, 40], loss: 0, duplication: 0 }
  const federation = createFederation({ seed, members, trainings, weather })
  const { hospitals } = federation
  const fate = createFate(federation, rate)
  const ended = await federation.run(() => {
    fate.look()
    return hospitals.every(finished)
  }, LIMIT_MS)
  const { decided } = furthest(hospitals)
  return {
    faults: judge(federation),
    hung: !ended,
    rounds: decided.length,
    dropped: fate.dropped(),
    voided: decided.filter((one) => one.outcome.result === 'void').length,
    repeated: decided.filter((one) => one.attempt > 0).length,
    attempts: decided.reduce((sum, one) => sum + one.attempt, 0),
    virtualMs: federation.ticks(),
  }
}

/** Draws, as each round begins, who drops out of it and when. */
function createFate({ dice, hospitals, study, ticks, after }: Federation, rate: number) {
  let [drawn, began, lasts, dropped] = [-1, 0, FIRST_ROUND_MS, 0]

  function strike(victim: Hospital) {
    if (!victim.rounds) return
    dropped += 1
    victim.crash()
    after(AWAY_MS, () => victim.rounds ?? victim.start(study.id))
  }

  return {
    dropped: () => dropped,
    look(): void {
      const round = furthest(hospitals).decided.length
      if (round <= drawn) return
      if (drawn >= 0) lasts = ticks() - began
      ;[drawn, began] = [round, ticks()]
      for (const one of hospitals) if (dice.chance(rate)) after(dice.unit() * lasts, () => strike(one))
    },
  }
}

function furthest(hospitals: readonly Hospital[]): Hospital {
  return hospitals.reduce((best, one) => (one.decided.length > best.decided.length ? one : best))
}

function finished(hospital: Hospital): boolean {
  return hospital.decided.some((one) => one.kind === 'evaluation' && one.outcome.result === 'sum')
}
