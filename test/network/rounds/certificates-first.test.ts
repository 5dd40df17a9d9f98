import { expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Roster } from '#domain/documents.ts'
import type { Outcome } from '#domain/round.ts'
import { planHash } from '#domain/study.ts'
import { until } from '#kit/real-clock.ts'
import { signDocument } from '#network/identity/documents.ts'
import { agreeOnStudy, createRounding } from '../rounding.ts'

const small = { length: 3, trainings: 1 }

test('one that hears what a round came to before its roster waits for that, and complains of nothing', async () => {
  const members = [0, 1, 2].map((number) => createRounding(number, small))
  const [late] = members
  await late!.start()
  const study = agreeOnStudy(members, small)
  const place = { study: study.id, round: 1, attempt: 0 }
  const roster: Roster = {
    ...{ kind: 'roster', ...place, version: 1, roundKind: 'statistics', base: null },
    ...{ planHash: planHash(study.body), because: [] },
    action: {
      ...{ do: 'sum', absent: [], length: small.length, bound: 1000 },
      members: members.map(({ id }) => ({ id, ready: hashOf(id), weight: 20 })),
    },
  }
  const signed = signDocument(members[1]!.identity, roster)
  const artefact = late!.shelf.put(new Uint8Array(8), 'always', study.id)
  const outcome: Outcome = {
    ...{ result: 'sum', roster: signed.id, ctx: hashOf(roster), sum: hashOf('sum'), artefact },
  }
  for (const { identity } of members) {
    const log = { auditHead: hashOf('audit'), auditLength: 1 }
    const body = { kind: 'certificate', ...place, outcome, ...log } as const
    late!.library.add(signDocument(identity, body))
  }
  late!.takePart(study)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(late!.decided).toEqual([])
  expect(late!.failures).toEqual([])

  late!.library.add(signed)
  late!.arrived(signed)
  await until('the round is taken over', () => late!.decided.length === 1)
  expect(late!.decided[0]).toMatchObject({ round: 1, outcome: { result: 'sum' } })
  await late!.stop()
})
