import { afterEach, describe, expect, test } from 'vitest'
import { fewestRows, weightOf } from '#domain/study.ts'
import { aStudy } from './a-study.ts'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { closeAll, importText, openHospital, until } from './hospital.ts'
import { knowingTwo } from './knowing.ts'
import { openPuppets } from './puppets.ts'
import { aMapping } from './a-study.ts'

afterEach(closeAll)

const { rules } = aStudy()
const age = { type: 'number', name: 'age', label: '', unit: 'a' } as const
const others = aStudy().variables.filter((one) => one.name !== 'age')

/** A draft whose patients lie in a range of ages; everybody else is left out. */
function aboutAges(members: Parameters<typeof aDraft>[0], low: number, high: number) {
  const variable = { ...age, low, high, outside: 'missing', missing: 'exclude' } as const
  return aDraft(members, { variables: [variable, ...others] })
}

/** 60 patients, one for each age from 30 on; every second has the disease. */
const sixty = [
  'age,sex,cp,num',
  ...Array.from({ length: 60 }, (_, i) => `${30 + i},${i % 2},${1 + (i % 4)},${(i >> 1) % 2}`),
  '',
].join('\n')
const none = aMapping({ holdout: { kind: 'rows', rows: [0] } })

test('rows under the floor weigh nothing, whatever a study says', () => {
  expect(fewestRows({ minimumRows: 1 })).toBe(20)
  expect(weightOf({ ...rules, minimumRows: 1, weightBands: [1] }, 19)).toBeNull()
  expect(weightOf({ ...rules, minimumRows: 1, weightBands: [1] }, 20)).toBe(1)
})

describe('a study about too few', () => {
  test('is not proposed', { timeout: 60_000 }, async () => {
    const { a, members } = await knowingTwo()
    const draft = aDraft(members)
    const few = { ...draft, rules: { ...draft.rules, minimumRows: 1, weightBands: [1] } }
    await expect(a.call('studies.propose', few)).rejects.toMatchObject({ code: 'study-bad' })
  })

  test(
    'that another institution signed is shown with what is wrong, and not approved',
    { timeout: 60_000 },
    async () => {
      const victim = await openHospital('Victim')
      const p = await openPuppets(victim)
      const { previous, expiresAt, ...draft } = aDraft(p.members)
      const study = p.write(p.signers[0]!, {
        ...draft,
        ...{ kind: 'study', version: 1, previous, createdAt: Date.now(), expiresAt },
        members: p.members.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        rules: { ...draft.rules, minimumRows: 1, weightBands: [1] },
      })
      await until(
        () => victim.call('studies.list', null),
        (list) => list.some((one) => one.id === study.id),
      )
      await takePart(victim, study.id, 7)
      const page = await victim.call('consents.page', { study: study.id })
      expect(page.text).toContain('THIS STUDY CANNOT RUN HERE: A hospital must train on at least 20 rows')
      await expect(decide(victim, study.id, 'approve')).rejects.toMatchObject({ code: 'study-bad' })
      await p.stop()
    },
  )

  test(
    'by its ranges is refused after them, and the page says how few are left',
    { timeout: 60_000 },
    async () => {
      const { a, members } = await knowingTwo()
      const { id: narrow } = await a.call('studies.propose', aboutAges(members, 40.5, 59.5))
      const { id: wide } = await a.call('studies.propose', aboutAges(members, 40.5, 60.5))
      const { id: dataset } = await importText(a, 'patients', sixty)
      await expect(a.call('mappings.save', { study: narrow, dataset, mapping: none })).rejects.toMatchObject({
        code: 'rows-too-few',
      })
      await a.call('mappings.save', { study: wide, dataset, mapping: none })
      const page = await a.call('consents.page', { study: wide })
      expect(page.text).toContain(
        'Only patients are used of whom "age" lies from 40.5 to 60.5 a (20 of ours are left).',
      )
      await decide(a, wide, 'approve')
    },
  )

  test('by our own filter says how many that keeps', { timeout: 60_000 }, async () => {
    const { a, members } = await knowingTwo()
    const { id: study } = await a.call('studies.propose', aDraft(members))
    const { id: dataset } = await importText(a, 'patients', sixty)
    const mapping = { ...none, filter: 'age > 50' }
    await a.call('mappings.save', { study, dataset, mapping })
    const page = await a.call('consents.page', { study })
    expect(page.text).toContain('Only rows are used where: age > 50 (39 of ours are left)')
    expect(page.text).toContain('Values beyond these ranges are moved to their ends: "age" 18 to 100 a.')
    await expect(
      a.call('mappings.save', { study, dataset, mapping: { ...none, filter: 'age > 70' } }),
    ).rejects.toMatchObject({ code: 'rows-too-few' })
  })
})

test(
  'a range that holds the values of a few patients alone takes them out of the sums',
  { timeout: 60_000 },
  async () => {
    const { a, members } = await knowingTwo()
    const variable = { ...age, low: 40.5, high: 44.5, outside: 'missing', missing: 'mean' } as const
    const { id: study } = await a.call(
      'studies.propose',
      aDraft(members, { variables: [variable, ...others] }),
    )
    const { id: dataset } = await importText(a, 'patients', sixty)
    const { findings } = await a.call('mappings.check', { study, dataset, mapping: none })
    expect(findings.map(({ variable: name, code }) => [name, code])).toContainEqual(['age', 'mostly-missing'])
    await a.call('mappings.save', { study, dataset, mapping: none })
    const page = await a.call('consents.page', { study })
    expect(page.text).toContain('So few of our patients have a value that it counts as missing here: "age".')
  },
)

test.each([
  ['above', [87, 90, 95], true],
  ['below', [20, 25, 33], true],
  ['between', [40, 41, 42, 43, 44], true],
  ['not beside', [40, 55, 70], false],
] as const)(
  'a few patients alone %s the knots of a curve are taken out of the sums',
  { timeout: 60_000 },
  async (_, knots, isHidden) => {
    const { a, members } = await knowingTwo()
    const curve = { low: 18, high: 100, outside: 'clip', missing: 'mean' } as const
    const variables = [{ ...age, ...curve, knots: [...knots] }, ...others]
    const { id: study } = await a.call('studies.propose', aDraft(members, { variables }))
    const { id: dataset } = await importText(a, 'patients', sixty)
    const { findings } = await a.call('mappings.check', { study, dataset, mapping: none })
    expect(findings.some(({ variable, code }) => variable === 'age' && code === 'mostly-missing')).toBe(
      isHidden,
    )
  },
)
