import { afterEach, expect, test } from 'vitest'
import { aStudy } from './a-study.ts'
import { closeAll, importText } from './hospital.ts'
import { knowingTwo } from './knowing.ts'

afterEach(closeAll)

/** 60 patients: measurements with own extremes, a common and a rare group, remarks, record numbers, days. */
function table(): string {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const cells = {
      age: i === 0 ? 97.3125 : 30 + (i % 50),
      chol: i === 1 ? 611.0625 : 150 + i,
      quux: i === 2 ? 7351.5 : 100 + i,
      ward: i < 2 ? 'quokkaward' : i < 6 ? 'wardfour' : `ward${i % 2}`,
      remark: `patient ${i} came with his neighbour Mr Zebrawitz after a fall at home`,
      habit: i % 3 ? 'walks with a stick every second morning' : 'never',
      mrn: 8_100_000 + i * 37,
      seen: `2021-0${1 + (i % 9)}-11`,
      male: i % 2,
      num: i % 2,
    }
    return Object.values(cells).join(',')
  })
  return `age,chol,quux,ward,remark,habit,mrn,seen,male,num\n${lines.join('\n')}\n`
}

test(
  'what is taken from a dataset into a study holds nothing of a patient',
  { timeout: 60_000 },
  async () => {
    const { a } = await knowingTwo()
    const { id: dataset } = await importText(a, 'patients', table(), null, [
      { column: 'mrn', action: 'keep' },
      { column: 'remark', action: 'keep' },
      { column: 'seen', action: 'keep' },
    ])
    const { variables, leftOut } = await a.call('plans.variables', { dataset, outcome: 'num' })
    const found = Object.fromEntries(variables.map((one) => [one.name, one]))
    expect([found['age']?.low, found['age']?.high]).toEqual([0, 120])
    expect([found['quux']?.low, found['quux']?.high]).toEqual([null, null])
    expect(found['ward']?.categories).toEqual(['ward0', 'ward1'])
    expect(found['num']).toBeUndefined()
    for (const name of ['remark', 'habit', 'mrn', 'seen']) expect(leftOut).toContain(name)
    const text = JSON.stringify(variables)
    for (const own of ['97.3125', '611', '7351', '179', 'quokka', 'wardfour', 'Zebra', 'stick'])
      expect(text).not.toContain(own)
  },
)

test('a plan by rule does not tell how many rows we have', async () => {
  const { a } = await knowingTwo()
  const { variables, outcome } = aStudy()
  const plan = (rows: number) => a.call('plans.choose', { variables, outcome, hospitals: 4, rows })
  expect(await plan(231)).toEqual(await plan(219))
})
