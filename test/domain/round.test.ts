import { expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import { baseOf, nextRound, type Decided, type Outcome } from '#domain/round.ts'
import { simulatedStudy } from '../simulation/study.ts'

const study = { ...simulatedStudy([], 2, 0, { votes: true }) }
const sum = (name: string): Outcome => {
  const [roster, artefact] = [hashOf(`roster of ${name}`), hashOf(name)]
  return { result: 'sum', roster, ctx: roster, sum: artefact, artefact }
}
const fine = { better: 3, same: 0, worse: 0, of: 3 }
const trained: Decided[] = [
  { round: 1, kind: 'statistics', attempt: 0, outcome: sum('statistics') },
  { round: 2, kind: 'training', attempt: 0, outcome: sum('first') },
  { round: 3, kind: 'training', attempt: 0, outcome: sum('second'), ballot: fine },
]
const after = (outcome: Outcome, ballot = fine): Decided[] => [
  ...trained,
  { round: 4, kind: 'evaluation', attempt: 0, outcome, ballot },
]

test('a void evaluation is repeated, unless its roster says that too few can ever judge the model', () => {
  expect(nextRound(study, after({ result: 'void' }))).toEqual({ round: 5, kind: 'evaluation' })
  expect(nextRound(study, after({ result: 'void', roster: hashOf('who cannot') }))).toBeNull()
  expect(nextRound(study, after(sum('evaluation')))).toBeNull()
})

test('a study that ends without a judged model ends with the one that the votes leave in force', () => {
  const end = { result: 'void', roster: hashOf('who cannot') } as const
  expect(baseOf(study, after(end))).toBe(hashOf('second'))
  expect(baseOf(study, after(end, { better: 0, same: 0, worse: 2, of: 3 }))).toBe(hashOf('first'))
})

test('the last round is kept for the evaluation, however many rounds of training the plan still has', () => {
  const short = { ...study, rules: { ...study.rules, lastRound: 3 } }
  const [statistics, first] = trained as [Decided, Decided, Decided]
  expect(nextRound(study, [statistics, first], fine)).toEqual({ round: 3, kind: 'training' })
  expect(nextRound(short, [statistics, first], fine)).toEqual({ round: 3, kind: 'evaluation' })
})
