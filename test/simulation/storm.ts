import type { Weather } from './world.ts'
import type { Dice } from './clock.ts'
import { drawVoting, type Habits } from './habits.ts'
import { causesOf, type Causes } from './causes.ts'
import { createFederation, type Federation } from './federation.ts'
import type { Hospital } from './hospital.ts'
import { judge } from './referee.ts'

export interface StormOptions {
  readonly seed: number
  /** Fixed number of members; drawn between 3 and 7 when absent. */
  readonly members?: number
  /** Training rounds, between the statistics and the evaluation. */
  readonly trainings?: number
  /** One member lies about what it opened and leaves another out; or one has confirmed too few of the others. */
  readonly trouble?: 'liar' | 'strangers'
  /** Virtual time to finish in fair weather. Short where only safety is looked at. */
  readonly clearMs?: number
}

export interface StormReport {
  readonly faults: readonly string[]
  /** True when the weather cleared and the study still did not end. */
  readonly hung: boolean
  readonly members: number
  readonly rounds: number
  readonly voided: number
  /** Attempts beyond the first. */
  readonly repeated: number
  readonly causes: Causes
  readonly virtualMs: number
}

const TRAININGS = 3
/** Virtual time in which anything may happen, and after it the time to finish in fair weather. */
const STORM_MS = 20_000
const CLEAR_MS = 240_000

/** One seeded run: members crash, sleep and lose their links for a while; then the weather clears and the study must end. */
export async function runStorm({
  seed,
  members = 3 + (seed % 5),
  trainings = TRAININGS,
  clearMs = CLEAR_MS,
  trouble,
}: StormOptions): Promise<StormReport> {
  const weather: Weather = { delayMs: [1, 40 + (seed % 7) * 60], loss: (seed % 4) * 0.1, duplication: 0.1 }
  const votes = seed % 2 === 0
  // In one study of four a member holds out too few rows to judge a model.
  const unable = Math.floor(seed / 3) % 4 === 0 ? seed % members : null
  const habits = (member: number, dice: Dice) => ({
    ...(votes ? drawVoting(dice) : {}),
    tooFewHeldOut: member === unable,
    ...(member === (seed + 1) % members ? troubleOf(trouble) : {}),
  })
  const federation = createFederation({ seed, members, trainings, weather, votes, habits })
  const { hospitals, dice } = federation
  const done = () => hospitals.every((one) => one.liar !== null || finished(one))
  for (let t = dice.unit() * 1500; t < STORM_MS; t += 100 + dice.unit() * 2500) {
    federation.after(t, () => strike(federation))
  }
  await federation.run(done, STORM_MS)
  clear(federation, weather)
  const ended = await federation.run(done, clearMs)
  const longest = hospitals.toSorted((a, b) => b.decided.length - a.decided.length)[0] as Hospital
  return {
    faults: judge(federation),
    hung: !ended,
    members,
    rounds: longest.decided.length,
    voided: longest.decided.filter((one) => one.outcome.result === 'void').length,
    repeated: longest.decided.reduce((sum, one) => sum + one.attempt, 0),
    causes: causesOf(federation, longest.decided.length),
    virtualMs: federation.ticks(),
  }
}

function troubleOf(trouble: StormOptions['trouble']): Partial<Habits> {
  if (trouble === 'liar') return { lies: true }
  return trouble === 'strangers' ? { confirms: () => false } : {}
}

/** The model was judged, or can't be, or training cannot go on. */
function finished(hospital: Hospital): boolean {
  return hospital.decided.some(
    ({ kind, outcome }) =>
      outcome.roster !== undefined && (kind === 'evaluation' || outcome.result === 'void'),
  )
}

/** One blow of the storm: a crash, a sleep or a cut, each healed after a while; one in ten lasts long. */
function strike(federation: Federation) {
  const { dice, hospitals, world, study } = federation
  const victim = dice.pick(hospitals)
  const lasting = (50 + dice.unit() * 4000) * (dice.chance(0.1) ? 4 : 1)
  const blow = dice.below(3)
  if (blow === 0 && victim.rounds) {
    victim.crash()
    world.struck(victim, lasting)
    federation.after(lasting, () => victim.rounds ?? victim.start(study.id))
  } else if (blow === 1 && victim.rounds && !victim.asleep) {
    victim.sleep()
    world.struck(victim, lasting)
    federation.after(lasting, () => victim.asleep && victim.wake())
  } else if (blow === 2) {
    const [a, b] = [dice.below(hospitals.length), dice.below(hospitals.length)].toSorted((x, y) => x - y)
    for (const one of [a, b]) world.struck(hospitals[one as number] as Hospital, lasting)
    world.cut.add(`${a}-${b}`)
    federation.after(lasting, () => world.cut.delete(`${a}-${b}`))
  }
}

function clear({ world, hospitals, study }: Federation, weather: Weather) {
  Object.assign(weather, { delayMs: [1, 40], loss: 0, duplication: 0 })
  world.cut.clear()
  for (const hospital of hospitals) {
    if (!hospital.rounds) hospital.start(study.id)
    else if (hospital.asleep) hospital.wake()
  }
}
