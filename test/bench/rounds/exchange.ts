import diagnostics from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Hash } from '#domain/values.ts'
import { until } from '#kit/real-clock.ts'
import { agreeOnStudy, connectPairs, createRounding, pairsOf, type Rounding } from '../../network/rounding.ts'
import { type Figures, percentile } from '../bench.ts'

const WAIT_MS = 900_000
const PACE = { answer: 900_000, compute: 600_000, exchange: 600_000 }

/** So many members in this process with vectors of so many numbers, and so many training rounds. */
export interface Flock {
  readonly count: number
  readonly length: number
  readonly trainings: number
}

/** Rounds of real members over sockets of loopback: what they send, how long they take, and that all end with the same model. */
export async function measureRounds({ count, length, trainings }: Flock): Promise<Figures> {
  const wire = countWire()
  const pool = new Map<Hash, Uint8Array>()
  const options = { length, trainings, pool, pace: PACE }
  const members = Array.from({ length: count }, (_, i) => createRounding(i, options))
  try {
    await Promise.all(members.map((one) => one.start()))
    await connectPairs(members, pairsOf(count))
    const before = wire()
    const study = agreeOnStudy(members, options)
    for (const one of members) one.takePart(study)
    const rounds = trainings + 2
    const measured = await roundTimes(members, rounds, pool)
    const sent = (wire() - before) / count / rounds
    const contributions = members.reduce((sum, one) => sum + one.sent(), 0) / count / rounds
    checkModels(members)
    return {
      ...figuresOf(measured, count),
      ...bytesOf({ count, length, sent, contributions }),
      ...outcomesOf(members),
    }
  } finally {
    await Promise.all(members.map((one) => one.stop()))
  }
}

/** Bytes that all sockets of this process have sent, encryption and acknowledgements of the layers above TCP included. */
function countWire(): () => number {
  const sockets = new Set<Socket>()
  let closed = 0
  const note = (message: unknown) => {
    const { socket } = message as { socket: Socket } // what Node says of these channels
    sockets.add(socket)
    socket.once('close', () => {
      closed += socket.bytesWritten
      sockets.delete(socket)
    })
  }
  diagnostics.subscribe('net.client.socket', note)
  diagnostics.subscribe('net.server.socket', note)
  return () => [...sockets].reduce((sum, one) => sum + one.bytesWritten, closed)
}

interface Times {
  readonly times: number[]
  readonly cpuMs: number[]
  readonly stallMs: number
  readonly peakMb: number
}

/** A round is over when the last member has it. */
async function roundTimes(
  members: readonly Rounding[],
  rounds: number,
  pool: Map<Hash, Uint8Array>,
): Promise<Times> {
  const [times, cpuMs]: [number[], number[]] = [[], []]
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  for (let round = 1; round <= rounds; round++) {
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    await until(`round ${round}`, () => members.every((one) => one.decided.length >= round), WAIT_MS)
    times.push(performance.now() - start)
    const { user, system } = process.cpuUsage(cpu)
    cpuMs.push((user + system) / 1000)
    forget(members, round)
    pool.clear()
  }
  return { times, cpuMs, stallMs: delay.max / 1e6, peakMb: process.resourceUsage().maxRSS / 1024 }
}

/** Contributions of decided rounds would fill the memory that a database has on disk. */
function forget(members: readonly Rounding[], round: number): void {
  for (const { store, library } of members) {
    const kept = store.library.ofRound(library.studies()[0] ?? '', round)
    for (const { body } of kept) if (body.kind === 'commitment') store.blobs.delete(body.contribution)
  }
}

function checkModels(members: readonly Rounding[]): void {
  const outcomes = new Set(members.map((one) => JSON.stringify(one.decided.map(({ outcome }) => outcome))))
  if (outcomes.size !== 1)
    throw new Error(`The members ended with ${outcomes.size} different chains of models`)
}

function figuresOf({ times, cpuMs, stallMs, peakMb }: Times, count: number): Figures {
  return {
    'round, median ms': Math.round(percentile(times, 50)),
    'round, 95% ms': Math.round(percentile(times, 95)),
    'processor time per round and member, median ms': Math.round(percentile(cpuMs, 50) / count),
    'longest stall of the event loop, ms': Math.round(stallMs),
    'peak memory of the process, MB': Math.round(peakMb),
  }
}

interface Bytes extends Omit<Flock, 'trainings'> {
  readonly sent: number
  readonly contributions: number
}

function bytesOf({ count, length, sent, contributions }: Bytes): Figures {
  const least = (count - 1) * length * 8
  const times = (bytes: number) => Math.round((bytes / least) * 1000) / 1000
  return {
    'bytes of contributions per member and round': Math.round(contributions),
    'contributions, times the least possible': times(contributions),
    'all bytes sent per member and round': Math.round(sent),
    'all bytes, times the least possible': times(sent),
  }
}

function outcomesOf(members: readonly Rounding[]): Figures {
  const decided = members[0]?.decided ?? []
  return {
    'void rounds': decided.filter(({ outcome }) => outcome.result !== 'sum').length,
    'repeated attempts': decided.reduce((sum, one) => sum + one.attempt, 0),
  }
}
