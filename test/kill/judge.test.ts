import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Body, Document } from '#domain/documents.ts'
import { aStudy } from '#kit/sample-study.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { faultsIn } from './judge.ts'

const members = [0, 1, 2, 3].map((n) => createIdentity(createHash('sha256').update(`${n}`).digest()))
const study = aStudy(members.map(({ id }, i) => ({ id, name: `Hospital ${i}` })))
const place = { study: hashOf('study'), round: 2 }

const signed = (who: number, body: Body): Document => signDocument(members[who]!, body)
const certificate = (who: number, attempt: number, sum: string) =>
  signed(who, {
    ...{ kind: 'certificate', ...place, attempt, auditHead: hashOf('audit'), auditLength: 1 },
    outcome: {
      ...{ result: 'sum', roster: hashOf('roster'), ctx: hashOf('ctx') },
      ...{ sum: hashOf(sum), artefact: hashOf(sum) },
    },
  })
const ready = (who: number) =>
  signed(who, {
    ...{ kind: 'ready', ...place, roundKind: 'training', base: null },
    ...{ consent: hashOf('consent'), dataset: hashOf('data'), weight: 20 },
  })
const reveal = (who: number, attempt: number) =>
  signed(who, {
    ...{ kind: 'reveal', ...place, attempt, ctx: hashOf(`ctx ${attempt}`), seen: hashOf('seen') },
    mask: Buffer.alloc(32, attempt).toString('base64url'),
  })

test('a round that was repeated and confirmed is in order', () => {
  const first = [0, 1, 2].map((who) => certificate(who, 0, 'one sum'))
  const again = [1, 2, 3].map((who) => certificate(who, 1, 'one sum'))
  expect(faultsIn(study, [ready(0), ...first, ...again, reveal(0, 0), reveal(1, 0)])).toEqual([])
})

test('two results of one round, an update opened twice and two signatures in one place are found', () => {
  const one = [0, 1, 2].map((who) => certificate(who, 0, 'one sum'))
  const other = [1, 2, 3].map((who) => certificate(who, 1, 'another sum'))
  expect(faultsIn(study, [...one, ...other])).toEqual([expect.stringContaining('2 certified results')])
  expect(faultsIn(study, [ready(0), reveal(0, 0), reveal(0, 1)])).toEqual([
    expect.stringContaining('was opened twice'),
  ])
  expect(faultsIn(study, [certificate(0, 0, 'one sum'), certificate(0, 0, 'another sum')])).toEqual([
    expect.stringContaining('two different documents'),
  ])
})
