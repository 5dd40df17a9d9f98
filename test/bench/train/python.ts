import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Contender, type Problem, RATE } from './problem.ts'

const ANSWER_LIMIT_MS = 120_000

type Reply = Readonly<Record<string, unknown>>

/** A peer as it is asked for: what it needs to be there, its number of threads (0: its own choice), short floats for products. */
export interface Peer {
  readonly name: string
  readonly needs: 'torch' | 'cuda' | 'scikit-learn'
  readonly compiled?: boolean
  readonly threads?: number
  readonly short?: boolean
}

/** Peers on the processor. */
export const processorPeers: readonly Peer[] = [
  { name: 'PyTorch eager', needs: 'torch' },
  { name: 'PyTorch eager, 1 thread', needs: 'torch', threads: 1 },
  { name: 'PyTorch compiled', needs: 'torch', compiled: true },
  { name: 'PyTorch compiled, 1 thread', needs: 'torch', compiled: true, threads: 1 },
  { name: 'scikit-learn', needs: 'scikit-learn' },
]

/** Peers on an NVIDIA card: with 32-bit products, and with the card's shorter ones (TF32). */
export const cardPeers: readonly Peer[] = [
  { name: 'PyTorch eager', needs: 'cuda' },
  { name: 'PyTorch compiled', needs: 'cuda', compiled: true },
  { name: 'PyTorch eager, TF32', needs: 'cuda', short: true },
  { name: 'PyTorch compiled, TF32', needs: 'cuda', compiled: true, short: true },
]

/** Peers in Python, each in a process of its own that is asked line by line. Null without MURMURATION_BENCH_PYTHON, the Python that has them. */
export async function startPython(peers: readonly Peer[]) {
  const program = process.env['MURMURATION_BENCH_PYTHON']
  if (!program) return null
  const script = path.join(import.meta.dirname, 'peers.py')
  const started = peers.map((one) => ({ ...one, ...askPython(program, script) }))
  const { threads, ...versions } = await started[0]!.ask({ do: 'versions' })
  const found = started.filter(({ needs }) => needs in versions)
  return {
    versions: Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, String(version)])),
    threads: String(threads),
    contenders: ({ inputs, hidden, batch }: Problem): Contender[] =>
      found.map(({ ask, ...peer }) => ({
        name: peer.name,
        run: async (steps) => {
          const problem = { inputs, hidden, batch, rate: RATE, steps }
          return Number((await ask({ do: 'train', ...problem, ...wishOf(peer) }))['ms'])
        },
      })),
    close: () => started.forEach(({ close }) => close()),
  }
}

function wishOf({ needs, compiled = false, threads = 0, short = false }: Peer) {
  const device = needs === 'cuda' ? 'cuda' : 'cpu'
  return { peer: needs, device, compiled, threads, short }
}

/** A script in a process of its own: each line that it is asked is answered by one. */
export function askPython(program: string, script: string) {
  const child = spawn(program, [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  // A peer that was stopped at its limit answers no more; that is told where it is asked.
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  async function ask(request: object): Promise<Reply> {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const limit = setTimeout(() => child.kill('SIGKILL'), ANSWER_LIMIT_MS)
    const { value, done } = await lines.next()
    clearTimeout(limit)
    if (done) throw new Error(`it did not answer within ${ANSWER_LIMIT_MS / 1000} s`)
    const reply = JSON.parse(value) as Reply // our own script's
    if (typeof reply['error'] === 'string') throw new Error(reply['error'])
    return reply
  }

  return { ask, close: () => void child.kill() }
}
