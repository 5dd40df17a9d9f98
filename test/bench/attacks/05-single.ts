import type { Mapping } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import type { Variable } from '#domain/variable.ts'
import { aMapping } from '../../engine/a-study.ts'
import { aDraft, decide } from '../../engine/chest-pain.ts'
import { closeAll, importText, openHospital, until } from '../../engine/hospital.ts'
import { openPuppets, type Puppets } from '../../engine/puppets.ts'
import type { Attack } from '../attack.ts'

const ROWS = 60
const ages = Array.from({ length: ROWS }, (_, row) => 30 + row)
const table = [
  'age,sex,cp,num',
  ...ages.map((age, i) => `${age},${i % 2},${1 + (i % 4)},${(i >> 1) % 2}`),
  '',
].join('\n')
const mapping: Mapping = aMapping({ holdout: { kind: 'rows', rows: [] } })

/** A plan that is about the patients of these ages alone: the others are left out, or have no value in the sum. */
const plans = {
  'rules of one row': (low: number) => ({ ...about(low, low, 'exclude'), rows: 1 }),
  'a range around one patient': (low: number) => ({ ...about(low, low, 'exclude'), rows: 20 }),
  'a range around a few': (low: number) => ({ ...about(low, low + 3, 'exclude'), rows: 20 }),
  'values of a few, the rest missing': (low: number) => ({ ...about(low, low + 3, 'mean'), rows: 20 }),
} as const

function about(low: number, high: number, missing: 'exclude' | 'mean') {
  const variable: Variable = {
    ...{ type: 'number', name: 'age', label: '', unit: 'a', outside: 'missing' },
    ...{ low: low - 0.4, high: high + 0.4, missing },
  }
  return { variable, low, high }
}

/** A proposer makes plans that are about one patient, or a few, of the others. */
export const attack: Attack = {
  row: 5,
  about: 'a proposer whose ranges and rules leave one patient of a member, or a few',
  async run({ quick }) {
    // A hospital takes in only so many studies of one author.
    const targets = quick ? [40] : [36, 41, 47, 52, 58, 63, 69, 74]
    const got: string[] = []
    for (const target of targets) got.push(...(await against(target)))
    const tried = targets.length * (Object.keys(plans).length + 1)
    return {
      got: `${tried} plans about 1 to 4 of ${ROWS} patients: ${tried - got.length} refused, their values taken out or others left out with them${got.length > 0 ? `; got through: ${got.slice(0, 5).join(', ')}` : ''}`,
      failed: got.length > 0,
    }
  },
}

/** The plans against a hospital of its own that got through. */
async function against(target: number): Promise<string[]> {
  const victim = await openHospital('Victim')
  const puppets = await openPuppets(victim)
  try {
    const { id: dataset } = await importText(victim, 'patients', table)
    const got: string[] = []
    for (const [name, plan] of Object.entries(plans)) {
      const asked = plan(target)
      // The check on the check: without floors this plan is about so few.
      const few = ages.filter((age) => age >= asked.low && age <= asked.high).length
      if (few < 1 || few > 4) throw new Error('This plan is not about a few')
      const study = await propose(puppets, asked.variable, asked.rows)
      await until(
        () => victim.call('studies.list', null),
        (list) => list.some((one) => one.id === study),
      )
      if (await isTaken(study)) got.push(`${name} (${target})`)
    }
    const wide = await propose(puppets, about(30, 89, 'exclude').variable, 20)
    await until(
      () => victim.call('studies.list', null),
      (list) => list.some((one) => one.id === wide),
    )
    if (!(await isTaken(wide))) throw new Error('A study about all patients was refused, too')
    if (await isToldApart()) got.push('two ranges that differ in one patient')
    return got

    /** Whether a second study over the same patients, in whose range only the youngest is not, is summed beside the first. */
    async function isToldApart(): Promise<boolean> {
      const study = await propose(puppets, about(31, 89, 'mean').variable, 20)
      await until(
        () => victim.call('studies.list', null),
        (list) => list.some((one) => one.id === study),
      )
      if (!(await isTaken(study))) return false
      const { trainRows } = await victim.call('mappings.get', { study })
      return trainRows > ROWS - 20
    }

    /** Whether values of these patients would be part of a sum: approved, and not taken out of it. */
    async function isTaken(study: string): Promise<boolean> {
      try {
        await victim.call('mappings.save', { study, dataset, mapping })
        const page = await victim.call('consents.page', { study })
        await decide(victim, study, 'approve')
        return !page.text.includes('counts as missing here: "age"')
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : ''
        if (code === 'rows-too-few' || code === 'study-bad') return false
        throw error
      }
    }
  } finally {
    await puppets.stop()
    await closeAll()
  }
}

async function propose(
  { write, signers, members }: Puppets,
  variable: Variable,
  minimumRows: number,
): Promise<string> {
  const { previous, expiresAt, variables, rules, ...draft } = aDraft(members)
  const body: Study = {
    ...draft,
    ...{ kind: 'study', version: 1, previous, createdAt: Date.now(), expiresAt },
    variables: [variable, ...variables.filter((one) => one.name !== 'age')],
    rules: { ...rules, minimumRows, weightBands: [1] },
    members: members.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }
  const [signer] = signers
  if (!signer) throw new Error('A puppet signs')
  return write(signer, body).id
}
