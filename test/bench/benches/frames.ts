import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { until } from '#kit/real-clock.ts'
import { agreeOnStudy, connectPairs, createRounding, pairsOf, type Rounding } from '../../network/rounding.ts'
import { createDice } from '../../simulation/clock.ts'
import type { Bench, Figures } from '../bench.ts'
import { createDirectLine, feedFrames } from '../frames/direct.ts'
import { attackOverSockets } from '../frames/sockets.ts'

const FULL = {
  direct: 970_000,
  sockets: 30_000,
  computeMs: 1000,
  pace: { answer: 60_000, compute: 5000, exchange: 10_000 },
}
const QUICK = {
  direct: 4000,
  sockets: 1000,
  computeMs: 0,
  pace: { answer: 60_000, compute: 1500, exchange: 3000 },
}
const MIB = 1024 * 1024
/** Live memory may grow by what honest rounds and a member's allowance keep, and not by all that an attacker sends. */
const MOST_GROWTH_MIB = 200
const WAIT_MS = 120_000

/** A member turns hostile: frames for every protocol, over sockets and straight into the handlers, while honest rounds go on. */
export const bench: Bench = {
  about: 'a million malformed and hostile frames over all protocols while honest rounds go on',
  run: ({ quick }) => sendFrames(quick ? QUICK : FULL),
}

async function sendFrames(size: typeof FULL): Promise<Figures> {
  const options = { length: 1000, trainings: 300, computeMs: size.computeMs, pace: size.pace }
  const members = [0, 1, 2, 3].map((one) => createRounding(one, options))
  const honest = members.slice(0, 3)
  const watch = watchProcess()
  try {
    await Promise.all(honest.map((one) => one.start()))
    for (const one of honest) one.known.set(members[3]!.id, members[3]!.peer())
    await connectPairs(honest, pairsOf(3))
    const study = agreeOnStudy(members, options)
    for (const one of honest) one.takePart(study)
    await until('rounds run', () => roundsOf(honest) >= 1, WAIT_MS)
    const before = roundsOf(honest)
    const liveBefore = liveMiB()
    const start = performance.now()
    const sent = await attackOverSockets(members[3]!, honest, {
      ...{ total: size.sockets, study: study.id, onHundred: watch.look },
    })
    const fed = await attackHandlers(members, size.direct, study.id, watch.look)
    const seconds = (performance.now() - start) / 1000
    const during = roundsOf(honest) - before
    await until('rounds go on afterwards', () => roundsOf(honest) > before + during, WAIT_MS)
    const kept = keptOf(honest, members[3]!)
    const growth = liveMiB() - liveBefore
    const harm = { crashes: watch.crashes(), hung: fed.hung, growth }
    if (harm.crashes > 0 || harm.hung > 0 || growth > MOST_GROWTH_MIB)
      throw new Error(`Hostile frames did harm: ${JSON.stringify({ ...harm, kept, most: watch.mostMiB() })}`)
    return {
      'frames over sockets': sent,
      'frames into the handlers': fed.frames,
      ...Object.fromEntries(
        Object.entries(fed.byProtocol).map(([name, count]) => [`of these to ${name}`, count]),
      ),
      'uncaught exceptions': watch.crashes(),
      'handlers that did not end': fed.hung,
      'honest rounds decided meanwhile': during,
      'documents of the hostile member that were kept': kept,
      'growth of live memory, MiB': growth,
      'most memory of the process (all four members), MiB': watch.mostMiB(),
      'frames a second': Math.round((sent + fed.frames) / seconds),
    }
  } finally {
    await Promise.all(members.map((one) => one.stop()))
    watch.stop()
  }
}

/** Straight into the handlers of each honest member in turn, as the hostile member. */
async function attackHandlers(
  members: readonly Rounding[],
  total: number,
  study: string,
  onThousand: () => void,
) {
  const attacker = members[3]!
  const sum = { frames: 0, hung: 0, byProtocol: {} as Record<string, number> }
  for (const [i, victim] of members.slice(0, 3).entries()) {
    const line = await createDirectLine(victim, attacker.identity)
    const dice = createDice(i)
    const options = {
      total: Math.ceil(total / 3),
      study,
      members: members.map((one) => one.id),
      dice,
      onThousand,
    }
    const { frames, hung, byProtocol } = await feedFrames(line, options)
    line.stop()
    sum.frames += frames
    sum.hung += hung
    for (const [name, count] of Object.entries(byProtocol))
      sum.byProtocol[name] = (sum.byProtocol[name] ?? 0) + count
  }
  return sum
}

/** How many documents of an author the members hold in all: what each may keep is limited by round. */
function keptOf(holders: readonly Rounding[], author: Rounding): number {
  const held = holders.flatMap((one) => [...one.store.documents.values()])
  return held.filter((one) => one.author === author.id).length
}

const roundsOf = (members: readonly Rounding[]) => Math.min(...members.map((one) => one.decided.length))

/** What is in use once garbage is collected. */
function liveMiB(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void // what the flag puts there
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return Math.round((heapUsed + external) / MIB)
}

/** Counts what nobody caught, and looks at the memory of this process. */
function watchProcess() {
  let crashes = 0
  let most = 0
  const crash = (error: unknown) => {
    crashes++
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  return {
    look: () => void (most = Math.max(most, process.memoryUsage().rss)),
    crashes: () => crashes,
    mostMiB: () => Math.round(most / MIB),
    stop() {
      process.off('uncaughtException', crash)
      process.off('unhandledRejection', crash)
    },
  }
}
