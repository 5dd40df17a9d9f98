import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Contender, type Problem, RATE } from './problem.ts'

const ANSWER_LIMIT_MS = 120_000

type Reply = Readonly<Record<string, unknown>>

const peers = [
  { peer: 'eager', name: 'PyTorch eager', needs: 'torch' },
  { peer: 'compiled', name: 'PyTorch compiled', needs: 'torch' },
  { peer: 'scikit-learn', name: 'scikit-learn', needs: 'scikit-learn' },
] as const

/** Peers in Python, each in a process of its own that is asked line by line. Null without MURMURATION_BENCH_PYTHON, the Python that has them. */
export async function startPython() {
  const program = process.env['MURMURATION_BENCH_PYTHON']
  if (!program) return null
  const started = peers.map((one) => ({ ...one, ...startOne(program) }))
  const { threads, ...versions } = await started[0]!.ask({ do: 'versions' })
  const found = started.filter(({ needs }) => needs in versions)
  return {
    versions,
    threads: String(threads),
    contenders: ({ inputs, hidden, batch }: Problem): Contender[] =>
      found.map(({ peer, name, ask }) => ({
        name,
        run: async (steps) =>
          Number((await ask({ do: 'train', peer, inputs, hidden, batch, rate: RATE, steps }))['ms']),
      })),
    close: () => started.forEach(({ close }) => close()),
  }
}

function startOne(program: string) {
  const script = path.join(import.meta.dirname, 'peers.py')
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
