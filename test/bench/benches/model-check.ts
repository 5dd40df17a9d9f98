import path from 'node:path'
import { search, wander, type SearchReport } from '../../model/search.ts'
import type { Bench, Figures } from '../bench.ts'
import { runProcess } from '../processes.ts'

const MEMBERS = [0, 1, 2, 3]
const FULL = { mostStates: 400_000, walks: 500 }
const QUICK = { mostStates: 1500, walks: 15 }
/** Faults that the search has to find, each planted into the real modules in a process of its own. */
const PLANTED = ['mask-kept-after-abort', 'second-roster-signed', 'early-reveal']
/** Those that take a few minutes to find. */
const DEEP = ['claim-believed']

/** The orders in which four members, one of whom lies and the others crash, may learn and sign the documents of a round. */
export const bench: Bench = {
  about:
    'every order of messages of four members in one attempt, and random ones in two, with crashes and a liar',
  async run({ quick }) {
    const bounds = quick ? QUICK : FULL
    const figures: Record<string, string> = {}
    for (const liar of [null, ...MEMBERS]) {
      const name = liar === null ? 'all honest' : `liar ${'ABCD'[liar]}`
      const kinds = quick ? (['training'] as const) : (['training', 'statistics'] as const)
      for (const kind of kinds) {
        const options = { kind, liar, crashes: true }
        const near = await search({ ...options, lastAttempt: 0, mostStates: bounds.mostStates })
        figures[`${kind}, ${name}, one attempt`] = describe(near)
        const far = await wander({ ...options, lastAttempt: 1, walks: bounds.walks, seed: 1 })
        figures[`${kind}, ${name}, random orders in two attempts`] = describe(far)
      }
    }
    return { ...figures, ...(await findPlanted(quick ? PLANTED : [...PLANTED, ...DEEP])) }
  },
}

function describe({ states, transitions, steps, complete, faults }: SearchReport): string {
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const all = complete ? 'all' : 'the first'
  return `${all} ${states} states, ${transitions} transitions, ${steps} calls of the real modules, no fault`
}

async function findPlanted(names: readonly string[]): Promise<Figures> {
  const hunt = path.join(import.meta.dirname, '..', '..', 'model', 'hunt-process.ts')
  const found: Record<string, string> = {}
  for (const fault of names) {
    const code = await runProcess(hunt, [fault, 1000], (line) => (found[`${fault} found after`] = line))
    if (code !== 0) throw new Error(`The planted fault ${fault} was not found`)
  }
  return found
}
