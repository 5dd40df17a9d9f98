import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { Body, Signed } from '#domain/documents.ts'
import { Invitation } from '#domain/invitation.ts'
import type { Plan } from '#domain/plan.ts'
import { RoundKind } from '#domain/round.ts'
import { documentFields, messageFields, messageLines } from '#engine/leaving.ts'
import { vectorLines } from '#engine/leaving-vectors.ts'
import { taskOf } from '#engine/data.ts'
import { shapeOf } from '#trainer/shape.ts'
import { vectorParts } from '#trainer/vectors.ts'
import { leavesOf } from '../kit/leaves.ts'
import { aStudy } from './a-study.ts'
import { plan } from './together.ts'

const told = (fields: Partial<Record<string, string>>) =>
  Object.values(fields).flatMap((all) => (all ?? '').split(/\s+/))

test('each field of each signed document has its sentence, and no sentence is about a field that is gone', () => {
  for (const { entries } of Body.options.map(
    (one) => one as unknown as { entries: { kind: { literal: string } } },
  )) {
    const kind = entries.kind.literal as keyof typeof documentFields
    const fields = leavesOf({ type: 'object', entries }).filter((one) => one !== 'kind' && one !== 'study')
    expect(told(documentFields[kind]).toSorted(), kind).toEqual(fields.toSorted())
  }
})

test('each field of every other message has its sentence', async () => {
  const folder = path.resolve(import.meta.dirname, '../../network/protocols')
  const found: [string, unknown][] = [
    ['Signed', Signed],
    ['Invitation', Invitation],
  ]
  for (const file of readdirSync(folder)) {
    const exported = (await import(path.join(folder, file))) as Record<string, unknown>
    found.push(...Object.entries(exported))
  }
  const schemas = found.filter(
    ([, one]) => typeof one === 'object' && one !== null && 'kind' in one && one.kind === 'schema',
  )
  expect(schemas.length).toBeGreaterThan(10)
  const all = new Map<string, Set<string>>()
  for (const [name, schema] of schemas) {
    const fields = leavesOf(schema).filter((one) => name !== 'Signed' || !one.startsWith('body'))
    all.set(name, new Set([...(all.get(name) ?? []), ...fields]))
  }
  for (const [name, fields] of all)
    expect(told(messageFields[name] ?? {}).toSorted(), name).toEqual([...fields].toSorted())
})

const outcome = { name: 'y', label: '' }
const network: Plan['model'] = {
  kind: 'mlp',
  layers: [{ units: 8, activation: 'relu' }],
  dropout: 0,
  normalisation: 'layer',
}
const studies = {
  linear: aStudy(),
  clipped: aStudy({ plan: plan({ clipping: 0.01 }) }),
  epochs: aStudy({ plan: plan({}, { steps: 'epoch' }) }),
  network: aStudy({ plan: plan({ model: network }) }),
  'private head': aStudy({ plan: plan({ head: 'private', model: network }) }),
  classes: aStudy({ outcome: { task: 'multiclass', ...outcome, classes: ['a', 'b', 'c'] } }),
  number: aStudy({
    outcome: { task: 'regression', ...outcome, unit: 'd', low: 0, high: 9 },
    plan: plan({ intercept: 'shared' }),
  }),
  survival: aStudy({
    outcome: { task: 'survival', ...outcome, timeUnit: 'd', horizon: 90 },
    plan: plan({ intercept: 'shared' }),
  }),
}

test.each(Object.entries(studies))('each number of a contribution is named: %s', (_, study) => {
  const task = taskOf(study)
  const vectors = RoundKind.options.map((kind) => {
    const parts = vectorParts(task, kind)
    const { length } = shapeOf(task, kind)
    expect(
      parts.reduce((sum, one) => sum + one.length, 0),
      kind,
    ).toBe(length)
    return { kind, parts, values: length, bytes: length * 8 }
  })
  const lines = vectorLines(vectors, study.outcome)
  expect(lines).toHaveLength(3)
  for (const { parts } of vectors)
    for (const { length } of parts) expect(lines.join()).toContain(`(${length})`)
})

test('votes are told where a study has them, and the histograms where values are drawn in', () => {
  const voting = aStudy({ plan: plan({ gate: 'votes' }) })
  expect(messageLines(voting, false).join()).toContain('better, the same or worse')
  expect(messageLines(aStudy(), false).join()).not.toContain('better, the same or worse')
  expect(vectorParts(taskOf(studies.clipped), 'statistics').map((one) => one.name)).toContain('histograms')
  expect(vectorParts(taskOf(studies.linear), 'statistics').map((one) => one.name)).not.toContain('histograms')
})
