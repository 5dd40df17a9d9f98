import { cpus, loadavg } from 'node:os'
import { type Backend, backends, openBackend, type Tf } from '#trainer/compute/backends.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createSimdEngine } from '#trainer/compute/simd.ts'
import { createTensorflowEngine } from '#trainer/compute/tensorflow.ts'
import { type Bench, type Figures, percentile } from '../bench.ts'
import { fitContender } from '../train/fit.ts'
import { aProblem, type Contender, engineContender, type Problem, shapes } from '../train/problem.ts'
import { startPython } from '../train/python.ts'

const BATCHES = [32, 512]
const REPEATS = 9
const TURN_MS = 120
const AGREEMENT = 1e-4
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
 * alike. Each peer takes the threads that it takes by itself; ours take one.
 */
export const bench: Bench = {
  about:
    'training steps of our engines beside LayersModel.fit, PyTorch and scikit-learn (MURMURATION_BENCH_PYTHON)',
  async run({ quick }) {
    const field = await openField(quick)
    const figures: Record<string, number | string> = { 'load before': load(), ...tellPeers(field) }
    for (const shape of quick ? shapes.slice(0, 1) : shapes) {
      for (const batch of BATCHES) {
        const problem = aProblem(shape, batch)
        await checkAgreement(field, problem)
        const found = await compete(`${shape.name}, batch ${batch}`, field, problem, quick)
        Object.assign(figures, found)
        for (const [name, figure] of Object.entries(found)) process.stderr.write(`${name}: ${figure}\n`)
      }
    }
    field.close()
    return { ...figures, 'load after': load() }
  },
}

/** Which peers there are, with their versions, and how many threads each takes. */
function tellPeers({ python }: Field): Figures {
  if (!python) return { 'peers in Python': 'not measured: MURMURATION_BENCH_PYTHON is not set' }
  const versions = Object.entries(python.versions).map(([name, version]) => [name, String(version)])
  const threads = `ours, fused, wasm, cpu: 1; native TensorFlow: ${cpus().length}; ${python.threads}`
  return { ...Object.fromEntries(versions), threads }
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
      engine: createTensorflowEngine(result.tf, backend, result.gpu?.guard),
    })
  }
  const python = quick ? null : await startPython()
  const own = [createSimdEngine(), fusedEngine].filter((one) => one !== null)
  return { own, opened, python, close: () => [...gives, python?.close].forEach((give) => give?.()) }
}

/** All engines compute the same loss and gradient, or nothing is measured. */
async function checkAgreement({ own, opened }: Field, problem: Problem): Promise<void> {
  const rows = problem.nextBatch()
  const ours = new Float64Array(problem.layout.length)
  const loss = await problem.open(fusedEngine).lossAndGradient(problem.params, rows, ours)
  for (const engine of [...own, ...opened.map((one) => one.engine)]) {
    const theirs = new Float64Array(ours.length)
    const compute = problem.open(engine)
    const other = await compute.lossAndGradient(problem.params, rows, theirs)
    compute.close()
    const far = Math.hypot(...ours.map((value, i) => value - theirs[i]!)) / Math.hypot(...ours)
    if (!(far < AGREEMENT && Math.abs(other - loss) / loss < AGREEMENT))
      throw new Error(`The engine "${engine.name}" does not agree with our own passes: ${far}`)
  }
}

async function compete(name: string, field: Field, problem: Problem, quick: boolean): Promise<Figures> {
  const contenders = gather(field, problem)
  const steps = new Map<Contender, number>()
  const absent: Record<string, string> = {}
  for (const one of contenders) {
    const count = await stepsOf(one, quick ? 5 : TURN_MS).catch((error: unknown) => String(error))
    if (typeof count === 'number') steps.set(one, count)
    else absent[`${name}, ${one.name}`] = `not measured: ${count}`
  }
  const times = new Map<string, number[]>([...steps.keys()].map((one) => [one.name, []]))
  for (let i = 0; i < (quick ? 2 : REPEATS); i++) {
    for (const [one, count] of steps) times.get(one.name)?.push(await one.run(count))
  }
  for (const one of contenders) one.close?.()
  return { ...tell(name, times, problem.batch), ...absent }
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

/** How many steps take about so long. The first ones prepare and compile. */
async function stepsOf(one: Contender, ms: number): Promise<number> {
  await one.run(2)
  return Math.min(4000, Math.max(2, Math.round(ms / (await one.run(3)))))
}

/** Samples a second (median), and how many times quicker our own passes are: median and the middle four fifths. */
function tell(name: string, times: ReadonlyMap<string, number[]>, batch: number): Figures {
  const ours = times.get(OURS) ?? []
  const figures: Record<string, number | string> = {}
  for (const [contender, theirs] of times) {
    const rate = Math.round((batch * 1000) / percentile(theirs, 50))
    const ratios = theirs.map((ms, i) => ms / (ours[i] ?? Number.NaN))
    const [low, middle, high] = [10, 50, 90].map((share) => percentile(ratios, share).toPrecision(3))
    const beside = contender === OURS ? '' : `; ours is ${middle}x as fast (${low} to ${high})`
    figures[`${name}, ${contender}`] = `${rate} samples/s${beside}`
  }
  return figures
}

function load(): string {
  return loadavg()[0]!.toFixed(1)
}
