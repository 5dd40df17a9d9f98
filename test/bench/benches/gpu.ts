import type { Opened } from '#trainer/compute/backends.ts'
import { createChooser } from '#trainer/compute/choose.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { createSimdEngine } from '#trainer/compute/simd.ts'
import { createTensorflowEngine } from '#trainer/compute/tensorflow.ts'
import type { Card } from '#trainer/compute/card.ts'
import { openCard } from '../../trainer/software-card.ts'
import type { Bench, Figures } from '../bench.ts'
import { type Misfortune, trainThrough } from '../train/card.ts'
import { checkAgreement, compete } from '../train/contest.ts'
import { aProblem, engineContender, type Problem, type Shape } from '../train/problem.ts'
import { cardPeers, startPython } from '../train/python.ts'

type Contest = readonly [shape: Shape, batch: number]

/** Where a card is much quicker than a processor, and where it is about as quick. */
const contests: readonly Contest[] = [
  [{ name: '500-1024-1024-512-1', inputs: 500, hidden: [1024, 1024, 512] }, 4096],
  [{ name: '200-256-128-1', inputs: 200, hidden: [256, 128] }, 512],
]
const tiny: readonly Contest[] = [[{ name: '20-32-1', inputs: 20, hidden: [32] }, 64]]

/** How many rows a round is trained with while its card is lost or full. */
const ROUND_ROWS = 1024

/** Training steps on the graphics card. On a processor that plays one everything is tiny: that it runs, not how fast. */
export const bench: Bench = {
  about:
    'wide networks on the graphics card beside our own passes and PyTorch on the same card; a card lost or full',
  async run({ quick }) {
    const opened = await openCard()
    const simd = createSimdEngine()
    if ('missing' in opened || !opened.gpu || !simd) return skip(opened)
    const { card, close } = opened.gpu
    const isSmall = quick || card.software
    const engine = createTensorflowEngine(opened.tf, 'webgpu', opened.gpu)
    const figures = { ...describe(card), ...(await measure([engine, simd], isSmall)) }
    close()
    const chosen: Record<string, string> = {}
    for (const [shape, batch] of isSmall ? tiny : contests)
      chosen[`${nameOf(shape, batch)}, chosen`] = await choose(aProblem(shape, batch))
    return { ...figures, ...chosen, ...(await befall(isSmall, card)) }
  },
}

const nameOf = ({ name }: Shape, batch: number) => `${name}, batch ${batch}`

function skip(opened: Opened): Figures {
  const why = 'missing' in opened ? opened.missing : 'This computer has no WebAssembly with vectors.'
  process.stderr.write(`SKIPPED: nothing was measured. ${why}\n`)
  return { skipped: why }
}

function describe({ name, memory, piece, software }: Card): Figures {
  const told = memory ?? piece
  return {
    card: software ? `${name}, a processor that plays a card: everything is tiny` : name,
    'its memory': told === null ? 'its driver does not tell' : `${Math.round(told / 2 ** 20)} MB`,
  }
}

async function measure([card, simd]: readonly [Engine, Engine], isSmall: boolean): Promise<Figures> {
  const python = isSmall ? null : await startPython(cardPeers)
  const figures: Record<string, number | string> = { ...python?.versions }
  const rules = { ours: card.name, repeats: isSmall ? 2 : 9, turnMs: isSmall ? 5 : 300 }
  for (const [shape, batch] of isSmall ? tiny : contests) {
    const problem = aProblem(shape, batch)
    const far = await checkAgreement(simd, [card], problem)
    figures[`${nameOf(shape, batch)}, distance of loss and gradient`] = far.toExponential(1)
    const engines = [card, simd].map((engine) => engineContender(engine, problem))
    const peers = python ? python.contenders(problem) : []
    Object.assign(figures, await compete(nameOf(shape, batch), [...engines, ...peers], batch, rules))
  }
  python?.close()
  return figures
}

/** What the trainer itself takes for such a model, and why. */
async function choose({ layout, batch }: Problem): Promise<string> {
  const chooser = createChooser()
  const { engine, reason } = await chooser.choose(layout, batch)
  await chooser.close()
  return `${engine.name}: ${reason}`
}

/** A round of training whose card is lost or full gives the result of our own passes, and says so. */
async function befall(isSmall: boolean, { software }: Card): Promise<Figures> {
  const [shape, most] = (isSmall ? tiny : contests)[0]!
  const figures: Record<string, string> = {}
  // A processor's memory is this computer's own: it is not filled.
  const all: readonly Misfortune[] = software ? ['nothing', 'lost'] : ['nothing', 'lost', 'full']
  for (const misfortune of all) {
    const { far, engine, notices } = await trainThrough(misfortune, shape, Math.min(most, ROUND_ROWS))
    const expected = misfortune === 'nothing' ? 'webgpu' : 'simd'
    if (!(far < 1e-3) || engine !== expected || notices.length !== Number(expected === 'simd'))
      throw new Error(`A card (${misfortune}) changed a round: ${far}, ${engine}, ${notices.length} notices`)
    figures[`a round, card ${misfortune}`] =
      `${engine}, ${far.toExponential(1)} from our own passes. ${notices.join(' ')}`
  }
  return figures
}
