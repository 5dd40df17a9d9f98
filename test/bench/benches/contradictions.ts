import type { Table, Task } from '#trainer/jobs.ts'
import {
  labelsFlipped,
  type Mistake,
  mixedHospitals,
  mixedVariables,
  recoded,
  wrongCodes,
  wrongUnits,
} from '../../trainer/case-mix.ts'
import { contradicted, withMistake } from '../../trainer/contradicted.ts'
import { heartTables, heartVariables } from '../../trainer/heart.ts'
import { aPlan, aTask } from '../../trainer/kit.ts'
import { strokeTables, strokeVariables } from '../../trainer/stroke.ts'
import type { Bench, Figures } from '../bench.ts'

const FEDERATIONS = 40

/** Mistakes planted at hospitals: where they are named, and whom else something is told. */
export const bench: Bench = {
  about: 'planted contradictions: how many are named at home, and false alarms at honest hospitals',
  async run({ quick }) {
    const task = aTask(mixedVariables, aPlan())
    const made = Array.from({ length: quick ? 4 : FEDERATIONS }, (_, i) => mixedHospitals(i + 1))
    return {
      ...alarms('made up', task, made),
      ...planted('made up, at the largest', task, made, largest),
      ...planted('made up, at the smallest', task, made, (tables) => largest(tables, -1)),
      ...real('heart disease', heartVariables, heartTables(), [
        recoded('chest pain shuffled', heartVariables, 'cp', [1, 2, 3, 0]),
        recoded('sex exchanged', heartVariables, 'sex', [1, 0]),
      ]),
      ...real(
        'stroke trial',
        strokeVariables,
        strokeTables(0),
        [
          recoded('consciousness shuffled', strokeVariables, 'RCONSC', [1, 2, 0]),
          recoded('stroke type shuffled', strokeVariables, 'STYPE', [1, 2, 3, 4, 0]),
          recoded('deficit exchanged', strokeVariables, 'RDEF3', [1, 0, 2]),
          recoded('fibrillation exchanged', strokeVariables, 'RATRIAL', [1, 0]),
        ],
        quick ? 8 : 1,
      ),
    }
  },
}

function largest(tables: readonly Table[], sign = 1): number {
  const size = (table: Table) => sign * table.outcome.length
  return tables.indexOf(tables.toSorted((a, b) => size(b) - size(a))[0]!)
}

function alarms(name: string, task: Task, federations: readonly (readonly Table[])[]): Figures {
  const told = federations.flatMap((tables) => contradicted(task, tables))
  const wrongly = told.filter((one) => one.length > 0)
  const what = [...new Set(wrongly.flat().map((one) => `${one.name}: ${one.finding}`))].join(', ')
  return {
    [`${name}: false alarms at honest hospitals`]: `${wrongly.length} of ${told.length}${what ? ` (${what})` : ''}`,
  }
}

function planted(
  name: string,
  task: Task,
  federations: readonly (readonly Table[])[],
  at: (tables: readonly Table[]) => number,
): Figures {
  const places = federations.map((tables) => ({ tables, at: at(tables) }))
  const mistakes = [labelsFlipped, ...wrongUnits, ...wrongCodes]
  return Object.fromEntries(
    mistakes.map((mistake) => [`${name}, ${mistake.about}`, namedOf(task, places, mistake)]),
  )
}

function real(
  name: string,
  variables: Task['variables'],
  tables: readonly Table[] | null,
  codes: readonly Mistake[],
  step = 1,
): Figures {
  if (!tables) return { [name]: 'skipped: its data are not beside this checkout' }
  const task = aTask(variables, aPlan())
  const places = tables.map((_, at) => ({ tables, at })).filter(({ at }) => at % step === 0)
  const lines = [labelsFlipped, ...codes].map((mistake) => [
    `${name}, at each hospital in turn, ${mistake.about}`,
    namedOf(task, places, mistake),
  ])
  return { ...alarms(name, task, [tables]), ...Object.fromEntries(lines) }
}

function namedOf(
  task: Task,
  places: readonly { readonly tables: readonly Table[]; readonly at: number }[],
  mistake: Mistake,
): string {
  let [named, others, asked] = [0, 0, 0]
  for (const { tables, at } of places) {
    const told = contradicted(task, withMistake(tables, at, mistake.spoil))
    if (told[at]!.some((one) => one.name === mistake.named)) named += 1
    asked += tables.length - 1
    others += told.filter((one, i) => i !== at && one.length > 0).length
  }
  return `named ${named} of ${places.length}; others told something ${others} of ${asked}`
}
