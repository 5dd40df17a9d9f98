import type { StudyDraft } from '#contract/calls.ts'
import type { Variable } from '#domain/variable.ts'
import { aDraft } from '../../engine/chest-pain.ts'
import { closeAll, importText, openHospital, until } from '../../engine/hospital.ts'
import { openPuppets } from '../../engine/puppets.ts'
import type { Attack } from '../attack.ts'

const ROWS = 80

/** Measurements with extremes of one patient, remarks, record numbers, groups of one to four. */
function tableOf(seed: number) {
  const own = [
    `${96 + seed / 8}125`,
    `${611 + seed}.0625`,
    `quokka${seed}ward`,
    `Zebrawitz${seed}`,
    `four${seed}ward`,
    `${8_100_000 + seed}`,
  ]
  const lines = Array.from({ length: ROWS }, (_, i) =>
    [
      i === 0 ? own[0] : 30 + (i % 50),
      i === 1 ? own[1] : 150 + i,
      i === 2 ? own[2] : i > 2 && i < 7 ? own[4] : `ward${i % 2}`,
      `patient ${i} came with neighbour ${own[3]} after a fall`,
      Number(own[5]) + i * 37,
      i % 2,
    ].join(','),
  )
  return { own, text: `age,chol,ward,remark,mrn,num\n${lines.join('\n')}\n` }
}

/** Members read the study that a person made from a dataset, before anybody consented to anything. */
export const attack: Attack = {
  row: 7,
  about: 'members look for patients in a study that was made with "Take from a dataset"',
  async run({ quick }) {
    const proposer = await openHospital('Proposer')
    const puppets = await openPuppets(proposer)
    const times = quick ? 2 : 20
    let found = 0
    try {
      for (let seed = 0; seed < times; seed++) {
        const { own, text } = tableOf(seed)
        const keep = (column: string) => ({ column, action: 'keep' as const })
        const dataset = await importText(proposer, `patients ${seed}`, text, null, [
          keep('remark'),
          keep('mrn'),
        ])
        // The check on the check: the columns as they are known to the steward hold all of it.
        const known = JSON.stringify(dataset.columns)
        if (own.slice(0, 3).some((one) => !known.includes(one)))
          throw new Error('Nothing is there to be found')
        const { variables } = await proposer.call('plans.variables', { dataset: dataset.id, outcome: 'num' })
        const { id } = await proposer.call(
          'studies.propose',
          draftOf(variables.flatMap(asForm), puppets.members),
        )
        const received = await until(
          async () => puppets.node.library.get(id),
          (one) => one !== null,
        )
        const said = JSON.stringify(received?.body)
        found += own.filter((one) => said.includes(one)).length
      }
    } finally {
      await puppets.stop()
      await closeAll()
    }
    return {
      got: `${times} studies made from datasets with 6 values each that one to four patients have: members found ${found}`,
      failed: found > 0,
    }
  },
}

type Draft = {
  type: string
  name: string
  unit: string | null
  low: number | null
  high: number | null
  categories: string[]
}

/** What the form makes of a draft; a range that is not known a person types. */
function asForm({ type, name, unit, low, high, categories }: Draft): Variable[] {
  const named = { name, label: '' }
  if (type === 'boolean') return [{ ...named, type: 'boolean', missing: 'indicator' }]
  if (type === 'category')
    return [{ ...named, type: 'category', categories, unlisted: 'other', missing: 'indicator' }]
  return [
    { ...named, type: 'number', unit, low: low ?? 0, high: high ?? 1000, outside: 'clip', missing: 'mean' },
  ]
}

function draftOf(variables: Variable[], members: StudyDraft['members']): StudyDraft {
  return aDraft(members, { variables })
}
