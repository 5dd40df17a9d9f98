import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Contender, type Problem, RATE } from './problem.ts'

const ANSWER_LIMIT_MS = 180_000

type Reply = Readonly<Record<string, unknown>>

/** Peers in Python, in one process that is asked line by line. Null without MURMURATION_BENCH_PYTHON, the Python that has them. */
export async function startPython() {
  const program = process.env['MURMURATION_BENCH_PYTHON']
  if (!program) return null
  const script = path.join(import.meta.dirname, 'peers.py')
  const child = spawn(program, [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  async function ask(request: object): Promise<Reply> {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const limit = setTimeout(() => child.kill('SIGKILL'), ANSWER_LIMIT_MS)
    const { value, done } = await lines.next()
    clearTimeout(limit)
    if (done) throw new Error('The peers in Python stopped')
    const reply = JSON.parse(value) as Reply // our own script's
    if (typeof reply['error'] === 'string') throw new Error(reply['error'])
    return reply
  }

  const versions = await ask({ do: 'versions' })
  const names = [
    ...('torch' in versions
      ? [['eager', 'PyTorch eager'] as const, ['compiled', 'PyTorch compiled'] as const]
      : []),
    ...('scikit-learn' in versions ? [['scikit-learn', 'scikit-learn'] as const] : []),
  ]
  return {
    versions,
    contenders: ({ inputs, hidden, batch }: Problem): Contender[] =>
      names.map(([peer, name]) => ({
        name,
        run: async (steps) =>
          Number((await ask({ do: 'train', peer, inputs, hidden, batch, rate: RATE, steps }))['ms']),
      })),
    close: () => void child.kill(),
  }
}
