import { afterEach, expect, test } from 'vitest'
import { gather } from '#headless/commands/status.ts'
import { aDraft, aTable, decide } from './chest-pain.ts'
import { aMapping } from './a-study.ts'
import { closeAll, type Hospital, importText } from './hospital.ts'
import { knowingTwo } from './knowing.ts'

afterEach(closeAll)

/** What only one or two patients have: a ward, a sex that the study does not know, a value, and the only cases. */
const FEW = ['quokkaward', 'zebrasex', '7777.125', '123.0625']

function tableOfFew(cases: number): string {
  const [header = '', ...rows] = aTable(1, 80).trim().split('\n')
  const lines = rows.map((row, at) => {
    const [age, sex, pain] = row.split(',')
    const few = at < 2
    const mine = [age, few ? 'zebrasex' : sex, pain, at < cases ? 1 : 0]
    return [
      ...mine,
      few ? 'quokkaward' : `ward${at % 3}`,
      at === 0 ? 7777.125 : at === 1 ? 123.0625 : 200 + at,
    ].join(',')
  })
  return [`${header},ward,ferritin`, ...lines, ''].join('\n')
}

const { male, ...others } = aMapping().variables
const mappingOfFew = aMapping({ variables: { ...others, male: { ...male!, missingCodes: ['zebrasex'] } } })

/** All that a person who is no steward sees of a hospital, saves or sends: pages, papers, reports, logs, complaints. */
async function seenByOthers(hospital: Hospital, study: string): Promise<string> {
  const { id } = await decide(hospital, study, 'approve')
  const complaints = await Promise.all(
    [
      { rule: 'above' as const, column: 'ward', threshold: 1 },
      { rule: 'equals' as const, column: 'sex', positive: ['9'] },
    ].map((outcome) =>
      hospital
        .call('mappings.save', { study, dataset: 'nothing-here', mapping: aMapping({ outcome }) })
        .catch((error: unknown) => String(error)),
    ),
  )
  const audit = await hospital.call('audit.export', null)
  const client = { call: hospital.call, on: () => () => undefined, close: () => Promise.resolve() }
  return JSON.stringify([
    await hospital.call('consents.page', { study }),
    await hospital.call('consents.receipt', { id }),
    await hospital.call('studies.list', null),
    await hospital.call('results.get', { study }),
    await hospital.call('support.report', null),
    Buffer.from(audit.bytes).toString('utf8'),
    await gather(client as never, true),
    complaints,
    hospital.events,
    hospital.log,
  ])
}

test(
  'no value that fewer than five patients have is seen outside the screens of the steward',
  { timeout: 120_000 },
  async () => {
    const { a, members } = await knowingTwo()
    const { id: study } = await a.call('studies.propose', aDraft(members))
    const dataset = await importText(a, 'patients', tableOfFew(30))
    await a.call('mappings.save', { study, dataset: dataset.id, mapping: mappingOfFew })
    // The steward sees them: otherwise nothing would be proven.
    const steward = JSON.stringify([
      await a.call('datasets.list', null),
      await a.call('datasets.profile', { id: dataset.id }),
    ])
    for (const value of ['quokkaward', 'zebrasex', '7777.125']) expect(steward).toContain(value)
    const others = await seenByOthers(a, study)
    expect(FEW.filter((value) => others.includes(value))).toEqual([])
    expect(others).toContain('patients')
  },
)

test('a consent page says of a few cases only that they are few', { timeout: 120_000 }, async () => {
  const { a, members } = await knowingTwo()
  const { id: study } = await a.call('studies.propose', aDraft(members))
  const dataset = await importText(a, 'patients', tableOfFew(4))
  await a.call('mappings.save', { study, dataset: dataset.id, mapping: mappingOfFew })
  const page = await a.call('consents.page', { study })
  expect(page.text).toContain('The smallest outcome group to train on has fewer than 5 rows.')
  expect(page.smallestGroup).toBe(0)
})
