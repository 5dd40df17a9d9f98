import { afterEach, expect, test } from 'vitest'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { closeAll, until } from './hospital.ts'
import { finish, openTogether, plan } from './together.ts'

afterEach(closeAll)

test('a study with a hospital of thirty rows trains, ends at once where nobody may judge the model without it, and says why', async () => {
  const { hospitals, members } = await openTogether(['Aue', 'Buch', 'Calw'])
  const [first, , small] = hospitals
  const pace = { answer: 600_000, compute: 600_000, exchange: 20_000 }
  const draft = aDraft(members, { plan: plan({ rounds: 1 }) })
  const { id } = await first!.call('studies.propose', { ...draft, rules: { ...draft.rules, pace } })
  for (const [i, one] of hospitals.entries()) {
    await until(
      () => one.call('studies.list', null),
      (list) => list.some((study) => study.id === id),
    )
    const rows = Array.from({ length: one === small ? 7 : 40 }, (_, row) => row)
    const holdout = { kind: 'rows' as const, rows }
    await takePart(one, id, 30 + i, one === small ? 30 : 160, { holdout })
    await decide(one, id, 'approve')
  }
  // Ten minutes to compute: whoever waited for the third would not be seen here again.
  await finish(hospitals, id)

  for (const one of hospitals) {
    const rounds = await one.call('rounds.list', { study: id, from: 1, limit: 100 })
    const told = rounds.map(({ kind, outcome }) => `${kind} ${outcome?.result}`)
    expect(told).toEqual(['statistics sum', 'training sum', 'evaluation void'])
    const parts = rounds[2]!.members.map(({ state, reason }) => [state, reason])
    expect(parts.slice(0, 2).flat()).toEqual(['in', null, 'in', null])
    expect(parts[2]).toEqual(['missing', 'too-few-rows'])
    const results = await until(
      () => one.call('results.get', { study: id }),
      ({ shared }) => shared !== null,
    )
    expect(results).toMatchObject({ overall: null, modelHash: expect.any(String) })
    await one.restart()
    expect((await one.call('studies.get', { id })).state).toBe('finished')
  }
}, 120_000)
