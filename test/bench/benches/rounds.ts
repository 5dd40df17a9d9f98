import { until } from '#kit/real-clock.ts'
import { agreeOnStudy, connectPairs, createRounding, pairsOf } from '../../network/rounding.ts'
import { type Bench, type Figures, percentile } from '../bench.ts'

const SIZES = [10_000, 100_000, 1_000_000]
const MEMBERS = [4, 10, 25, 50]
/** Bytes of contributions in one round beyond which a measurement would fill the memory of one machine. */
const MOST_BYTES = 3e9
const WAIT_MS = 600_000
const PACE = { answer: 600_000, compute: 300_000, exchange: 300_000 }

/** Rounds of real members in one process over loopback: every byte of contributions that leaves is counted. */
export const bench: Bench = {
  about: 'rounds of 4 to 50 members in one process: bytes per member and round, time (ms), for three sizes',
  async run({ quick }) {
    const figures: Record<string, number | string> = {}
    for (const members of quick ? [4] : MEMBERS) {
      for (const length of quick ? [10_000] : SIZES) {
        const measured = await measure(members, length, quick ? 3 : 6)
        for (const [name, value] of Object.entries(measured)) process.stderr.write(`  ${name}: ${value}\n`)
        Object.assign(figures, measured)
      }
    }
    return figures
  },
}

async function measure(count: number, length: number, trainings: number): Promise<Figures> {
  const name = `n=${count}, ${length} parameters`
  // Each member keeps each contribution of a round: n * n * 8 bytes per parameter.
  if (count * count * length * 8 > MOST_BYTES)
    return { [`${name}: not measured`]: 'more memory than one machine' }
  const options = { length, trainings, pace: PACE }
  const members = Array.from({ length: count }, (_, i) => createRounding(i, options))
  try {
    await Promise.all(members.map((one) => one.start()))
    await connectPairs(members, pairsOf(count))
    const study = agreeOnStudy(members, options)
    for (const one of members) one.takePart(study)
    const times = await roundTimes(members[0]!.decided, trainings + 2, () => forget(members))
    await until('all are done', () => members.every((one) => one.decided.length >= trainings + 2), WAIT_MS)
    return figuresOf(name, members, times, { length, rounds: trainings + 2 })
  } finally {
    await Promise.all(members.map((one) => one.stop()))
  }
}

/** Contributions of decided rounds would fill the memory that a database has on disk. */
function forget(members: readonly ReturnType<typeof createRounding>[]): void {
  const decided = Math.min(...members.map((one) => one.decided.length))
  for (const one of members) {
    const kept = one.decided.slice(0, decided).flatMap(({ round }) => {
      return one.store.library.ofRound(one.library.studies()[0] ?? '', round)
    })
    for (const { body } of kept) if (body.kind === 'commitment') one.store.blobs.delete(body.contribution)
  }
}

async function roundTimes(decided: readonly unknown[], rounds: number, each: () => void): Promise<number[]> {
  const times: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const start = performance.now()
    await until(`round ${round}`, () => decided.length >= round, WAIT_MS)
    times.push(performance.now() - start)
    each()
  }
  return times
}

function figuresOf(
  name: string,
  members: readonly ReturnType<typeof createRounding>[],
  times: readonly number[],
  { length, rounds }: { length: number; rounds: number },
): Figures {
  const bytes = members.reduce((sum, one) => sum + one.sent(), 0) / members.length / rounds
  const least = (members.length - 1) * length * 8
  const voided = members[0]!.decided.filter(({ outcome }) => outcome.result !== 'sum').length
  return {
    [`${name}: bytes of contributions per member and round`]: Math.round(bytes),
    [`${name}: times the least possible`]: Math.round((bytes / least) * 1000) / 1000,
    [`${name}: round, median ms`]: Math.round(percentile(times, 50)),
    [`${name}: round, 95% ms`]: Math.round(percentile(times, 95)),
    [`${name}: void rounds`]: voided,
  }
}
