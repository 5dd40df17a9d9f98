import type { StormReport } from '../simulation/storm.ts'
import type { Figures } from './bench.ts'

const sizes = ['3 to 7', '8 to 12', '13 to 25', '26 to 50'] as const
const steps = ['roster', 'acceptance', 'commitment', 'reveal', 'certificate'] as const

/** Adds reports of storms up: in all, by size of the federation, and by what attempts failed for. */
export function createTally() {
  const total = { studies: 0, wrong: 0, hung: 0, rounds: 0, void: 0, repeated: 0 }
  const bySize = new Map<string, { rounds: number; void: number; repeated: number }>()
  const byStep = {
    roster: 0,
    acceptance: 0,
    commitment: 0,
    reveal: 0,
    certificate: 0,
    named: 0,
    named_struck: 0,
  }

  function add({ faults, hung, members, rounds, voided, repeated, causes }: StormReport) {
    total.studies += 1
    total.wrong += faults.length > 0 ? 1 : 0
    total.hung += hung ? 1 : 0
    const size = bySize.get(sizeNameOf(members)) ?? { rounds: 0, void: 0, repeated: 0 }
    bySize.set(sizeNameOf(members), size)
    for (const one of [total, size]) {
      one.rounds += rounds
      one.void += voided
      one.repeated += repeated
    }
    for (const key of [...steps, 'named', 'named_struck'] as const) byStep[key] += causes[key]
  }

  function figures(): Figures {
    const rows = [...bySize].toSorted(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    return {
      ...total,
      'sums opened': total.rounds - total.void,
      ...Object.fromEntries(
        rows.map(([size, one]) => [
          `of ${size} members`,
          `${one.rounds} rounds, ${one.void} void, ${one.repeated} attempts repeated`,
        ]),
      ),
      ...Object.fromEntries(steps.map((step) => [`attempts left for want of a ${step}`, byStep[step]])),
      'members named by most who left': byStep.named,
      'of these, struck shortly before': byStep.named_struck,
    }
  }
  return { add, count: () => total.studies, figures }
}

function sizeNameOf(members: number): string {
  const name = sizes.find((one) => members <= Number(one.split(' ').at(-1)))
  return name ?? `over ${members}`
}
