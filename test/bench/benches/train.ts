import { cpus, loadavg } from 'node:os'
import { type Backend, backends, openBackend, type Tf } from '#trainer/compute/backends.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createSimdEngine } from '#trainer/compute/simd.ts'
import { createTensorflowEngine } from '#trainer/compute/tensorflow.ts'
import type { Bench, Figures } from '../bench.ts'
import { checkAgreement, compete } from '../train/contest.ts'
import { fitContender } from '../train/fit.ts'
import { aProblem, type Contender, engineContender, type Problem, shapes } from '../train/problem.ts'
import { processorPeers, startPython } from '../train/python.ts'

const BATCHES = [32, 512]
const REPEATS = 9
const TURN_MS = 120
/** Our own passes as they compute by default: what the others are compared with. */
const OURS = 'simd'

interface Field {
  readonly own: readonly Engine[]
  readonly opened: { readonly backend: Backend; readonly tf: Tf; readonly engine: Engine }[]
  readonly python: Awaited<ReturnType<typeof startPython>>
  close(): void
}

/**
 * Samples a second of every engine and of its peers, in turns; a ratio is within one turn, so that a busy machine hurts all
 * alike. Each takes the threads that it takes by itself, ours where that is quicker; PyTorch also takes one.
 */
export const bench: Bench = {
  about:
    'training steps of our engines beside LayersModel.fit, PyTorch and scikit-learn (MURMURATION_BENCH_PYTHON)',
  async run({ quick }) {
    const field = await openField(quick)
    const rules = { ours: OURS, repeats: quick ? 2 : REPEATS, turnMs: quick ? 5 : TURN_MS }
    const figures: Record<string, number | string> = { 'load before': load(), ...tellPeers(field) }
    for (const shape of quick ? shapes.slice(0, 1) : shapes) {
      for (const batch of BATCHES) {
        const problem = aProblem(shape, batch)
        await checkAgreement(
          fusedEngine,
          [...field.own, ...field.opened.map(({ engine }) => engine)],
          problem,
        )
        const contenders = gather(field, problem)
        Object.assign(figures, await compete(`${shape.name}, batch ${batch}`, contenders, batch, rules))
      }
    }
    field.close()
    return { ...figures, 'load after': load() }
  },
}

/** Which peers there are, with their versions, and how many threads each takes. */
function tellPeers({ python }: Field): Figures {
  if (!python) return { 'peers in Python': 'not measured: MURMURATION_BENCH_PYTHON is not set' }
  const threads = `ours: up to ${cpus().length}; fused, wasm, cpu: 1; native TensorFlow: ${cpus().length}; ${python.threads}`
  return { ...python.versions, threads }
}

async function openField(quick: boolean): Promise<Field> {
  const opened: Field['opened'] = []
  const gives: (() => void)[] = []
  for (const backend of backends) {
    if (quick && backend !== 'wasm') continue
    const result = await openBackend(backend)
    if ('missing' in result) continue
    if (result.gpu) gives.push(result.gpu.close)
    opened.push({
      backend,
      tf: result.tf,
      engine: createTensorflowEngine(result.tf, backend, result.gpu),
    })
  }
  const python = quick ? null : await startPython(processorPeers)
  const own = [createSimdEngine(), fusedEngine].filter((one) => one !== null)
  return { own, opened, python, close: () => [...gives, python?.close].forEach((give) => give?.()) }
}

function gather({ own, opened, python }: Field, problem: Problem): Contender[] {
  const fit = opened.filter(({ backend }) => backend === 'tensorflow' || backend === 'wasm')
  return [
    ...own.map((engine) => engineContender(engine, problem)),
    ...opened.map(({ engine }) => engineContender(engine, problem)),
    ...fit.map(({ tf, backend }) => fitContender(tf, backend, problem)),
    ...(python?.contenders(problem) ?? []),
  ]
}

function load(): string {
  return loadavg()[0]!.toFixed(1)
}
