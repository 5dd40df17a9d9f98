import * as v from 'valibot'
import { afterAll, expect, test } from 'vitest'
import { Variable } from '#domain/variable.ts'
import { aStudy } from './a-study.ts'
import { decide } from './chest-pain.ts'
import { closeAll, importText, until } from './hospital.ts'
import { finish, openTogether, plan } from './together.ts'

afterAll(closeAll)

/** A table may have 20,000 columns, which takes minutes; whatever grows faster than the columns shows at these already. */
const VARIABLES = 3000
/** So many that each hospital holds out the ten that judging a model asks for, whichever its secret draws. */
const ROWS = 120
const names = Array.from({ length: VARIABLES }, (_, i) => `gene ${i + 1}`)
const variables = names.map((name) => v.parse(Variable, { type: 'number', name, unit: '', low: -5, high: 5 }))

test('a table of thousands of columns is imported, mapped, approved and trained by real hospitals', async () => {
  const { hospitals, members } = await openTogether(['Aue', 'Buch', 'Calw'])
  const [first] = hospitals
  const { name, purpose, references, outcome, privacy, rules } = aStudy()
  const { id } = await first!.call('studies.propose', {
    ...{ name, purpose, references, outcome, privacy, variables, members: [...members], previous: null },
    plan: plan({ rounds: 2 }, { steps: 3 }),
    rules: { ...rules, pace: { answer: 600_000, compute: 60_000, exchange: 60_000 } },
    expiresAt: Date.now() + 3_600_000,
  })
  for (const [i, one] of hospitals.entries()) {
    await until(
      () => one.call('studies.list', null),
      (list) => list.some((study) => study.id === id),
      60_000,
    )
    const dataset = await importText(one, 'expression', genes(i + 1))
    const mapped = Object.fromEntries(
      names.map((column) => [column, { column, missingCodes: [], scale: null, values: null }]),
    )
    await one.call('mappings.save', {
      study: id,
      dataset: dataset.id,
      mapping: {
        variables: mapped,
        outcome: { rule: 'above', column: 'outcome', threshold: 0 },
        holdout: { kind: 'share', share: 0.25 },
        subgroups: [],
      },
    })
    await decide(one, id, 'approve')
  }
  await finish(hospitals, id, 240_000)
  for (const one of hospitals) {
    const rounds = await one.call('rounds.list', { study: id, from: 1, limit: 10 })
    expect(rounds.map(({ outcome }) => outcome?.result)).toEqual(['sum', 'sum', 'sum', 'sum'])
  }
  const seen = await Promise.all(hospitals.map((one) => one.call('mappings.get', { study: id })))
  expect(seen.flatMap(({ findings }) => findings).filter(({ code }) => code === 'swapped')).toEqual([])
}, 300_000)

/** Made-up expression values, of which the first ten tell the outcome. */
function genes(seed: number): string {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const lines = Array.from({ length: ROWS }, () => {
    const values = names.map(() => Math.round(400 * next() - 200) / 100)
    const told = values.slice(0, 10).reduce((sum, one) => sum + one, 0)
    return [...values, told > 0 ? 1 : 0].join(',')
  })
  return [[...names, 'outcome'].join(','), ...lines, ''].join('\n')
}
