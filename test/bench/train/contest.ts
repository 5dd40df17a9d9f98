import type { Engine } from '#trainer/compute/engine.ts'
import { type Figures, percentile } from '../bench.ts'
import type { Contender, Problem } from './problem.ts'

const AGREEMENT = 1e-4
const MOST_STEPS = 4000

/** How contenders take turns: how often, for how many milliseconds, and whom the others are compared with. */
export interface Rules {
  readonly ours: string
  readonly repeats: number
  readonly turnMs: number
}

/** Every engine computes the same loss and gradient as `reference`, or nothing is measured. Returns the largest distance. */
export async function checkAgreement(
  reference: Engine,
  engines: readonly Engine[],
  problem: Problem,
): Promise<number> {
  const rows = problem.nextBatch().slice()
  const ours = await stepOf(reference, problem, rows)
  const distances = [0]
  for (const engine of engines) {
    const theirs = await stepOf(engine, problem, rows)
    const far = Math.max(
      distance(ours.gradient, theirs.gradient),
      Math.abs(theirs.loss - ours.loss) / ours.loss,
    )
    if (!(far < AGREEMENT))
      throw new Error(`The engine "${engine.name}" does not agree with "${reference.name}": ${far}`)
    distances.push(far)
  }
  return Math.max(...distances)
}

async function stepOf(engine: Engine, problem: Problem, rows: Uint32Array) {
  const gradient = new Float64Array(problem.layout.length)
  const compute = problem.open(engine)
  const loss = await compute.lossAndGradient(problem.params, rows, gradient)
  compute.close()
  return { loss, gradient }
}

function distance(a: Float64Array, b: Float64Array): number {
  const norm = (of: (i: number) => number) => Math.sqrt(a.reduce((sum, _, i) => sum + of(i) ** 2, 0))
  return norm((i) => a[i]! - b[i]!) / norm((i) => a[i]!)
}

/** Lets contenders train in turns; a ratio is within one turn, so that a busy machine hurts all alike. Closes them. */
export async function compete(
  name: string,
  contenders: readonly Contender[],
  batch: number,
  rules: Rules,
): Promise<Figures> {
  const steps = new Map<Contender, number>()
  const absent: Record<string, string> = {}
  for (const one of contenders) {
    const count = await stepsOf(one, rules.turnMs).catch((error: unknown) => String(error))
    if (typeof count === 'number') steps.set(one, count)
    else absent[`${name}, ${one.name}`] = `not measured: ${count}`
  }
  const times = new Map<string, number[]>([...steps.keys()].map((one) => [one.name, []]))
  for (let i = 0; i < rules.repeats; i++) {
    for (const [one, count] of steps) times.get(one.name)?.push(await one.run(count))
  }
  for (const one of contenders) one.close?.()
  const figures = { ...tell(name, times, batch, rules.ours), ...absent }
  for (const [what, figure] of Object.entries(figures)) process.stderr.write(`${what}: ${figure}\n`)
  return figures
}

/** How many steps take about so long. The first ones prepare and compile. */
async function stepsOf(one: Contender, ms: number): Promise<number> {
  await one.run(2)
  return Math.min(MOST_STEPS, Math.max(1, Math.round(ms / (await one.run(2)))))
}

/** Samples a second (median), and how many times quicker ours are: median and the middle four fifths. */
function tell(name: string, times: ReadonlyMap<string, number[]>, batch: number, ours: string): Figures {
  const own = times.get(ours) ?? []
  const figures: Record<string, string> = {}
  for (const [contender, theirs] of times) {
    const ms = percentile(theirs, 50)
    const ratios = theirs.map((each, i) => each / (own[i] ?? Number.NaN))
    const [low, middle, high] = [10, 50, 90].map((share) => percentile(ratios, share).toPrecision(3))
    const beside = contender === ours ? '' : `; ours is ${middle}x as fast (${low} to ${high})`
    const rate = `${Math.round((batch * 1000) / ms)} samples/s, ${ms.toPrecision(3)} ms a step`
    figures[`${name}, ${contender}`] = `${rate}${beside}`
  }
  return figures
}
