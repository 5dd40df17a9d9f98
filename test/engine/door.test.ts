import { afterEach, describe, expect, test } from 'vitest'
import type { Document } from '#domain/documents.ts'
import { AppError, type ErrorCode } from '#domain/errors.ts'
import type { Study } from '#domain/study.ts'
import { aMapping, aStudy } from './a-study.ts'
import { aDraft, aTable, decide, takePart } from './chest-pain.ts'
import { closeAll, importText, openHospital, until, type Hospital } from './hospital.ts'
import { leadToCommitment, openPuppets, type Puppets } from './puppets.ts'

/** By then a hospital under load has said whether it gives bytes. */
const ANSWER_MS = 20_000
const puppets: Puppets[] = []

afterEach(async () => {
  await Promise.all(puppets.splice(0).map((one) => one.stop()))
  await closeAll()
})

/** A study in which the real hospital has approved, and a puppet has the first turn. */
async function approved() {
  const real = await openHospital('Aue')
  const members = await openPuppets(real)
  puppets.push(members)
  const { previous, ...draft } = aDraft(members.members)
  const study: Study = {
    ...draft,
    ...{ kind: 'study', version: 1, previous, createdAt: Date.now() },
    members: draft.members.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }
  const { id } = members.write(members.signers[0]!, study)
  await received(real, id)
  const dataset = await takePart(real, id, 1)
  await decide(real, id, 'approve')
  // Safe: it was written from a study.
  const document = members.node.library.get(id) as Document<Study>
  return { real, members, study: document, dataset }
}

const received = (real: Hospital, id: string) =>
  until(
    () => real.call('studies.list', null),
    (list) => list.some((one) => one.id === id),
  )

/** A puppet writes a note, which the hospital sees: so it has all that the puppet wrote before, too. */
async function seenAt(real: Hospital, members: Puppets, study: string) {
  const note = { kind: 'note', study, answers: null, text: 'Seen?', writtenAt: Date.now() } as const
  const { id } = members.write(members.signers[0]!, note)
  await until(
    () => real.call('notes.list', { study }),
    (list) => list.some((one) => one.id === id),
  )
}

/** Asks for a contribution as a member does, until the hospital gives it or says that it does not; the bytes or its refusal. */
async function ask({ node }: Puppets, study: string, hash: string): Promise<Uint8Array | ErrorCode> {
  const ends = new AbortController()
  const heard = () => ends.abort()
  const signal = AbortSignal.any([ends.signal, AbortSignal.timeout(ANSWER_MS)])
  try {
    return await node.net().fetch(study, hash, 1_000_000, signal, heard)
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

describe('a contribution that is fixed already', () => {
  test('leaves while the approval stands', async () => {
    const { real, members, study } = await approved()
    const { body } = await leadToCommitment(members, study)
    const bytes = await ask(members, study.id, body.contribution)
    if (typeof bytes === 'string') throw new Error(`The bytes did not come: ${bytes}`)
    expect(bytes.length).toBeGreaterThan(0)
    const [round] = await real.call('rounds.list', { study: study.id, from: 1, limit: 1 })
    const left = round!.deadline! - Date.now()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(study.body.rules.pace.exchange)
    const { id } = await real.call('institution.get', null)
    expect(round!.arrived).toEqual([id])
    await until(
      () => real.call('studies.get', { id: study.id }),
      (seen) => seen.bytesSent === bytes.length,
    )
  })

  test.each([
    [
      'the dataset is replaced',
      (real: Hospital, _: string, dataset: string) => importText(real, 'patients', aTable(9), dataset),
    ],
    [
      'the mapping changes',
      (real: Hospital, study: string, dataset: string) =>
        real.call('mappings.save', {
          study,
          dataset,
          mapping: aMapping({ holdout: { kind: 'share', share: 0.4 } }),
        }),
    ],
    [
      'the approval is withdrawn',
      (real: Hospital, study: string) => real.call('consents.withdraw', { study, reason: '' }),
    ],
  ])('does not leave any more once %s', async (_, change) => {
    const { real, members, study, dataset } = await approved()
    const { body } = await leadToCommitment(members, study)
    await change(real, study.id, dataset.id)
    await expect(ask(members, study.id, body.contribution)).resolves.toBe('bytes-withheld')
    await expect(real.call('studies.get', { id: study.id })).resolves.toMatchObject({ bytesSent: 0 })
  })

  test('does not leave on the word of one member that it is a result', async () => {
    const { real, members, study } = await approved()
    const { body } = await leadToCommitment(members, study)
    await real.call('consents.withdraw', { study: study.id, reason: '' })
    const { contribution: hash, ctx } = body
    const outcome = { result: 'sum', roster: '4'.repeat(64), ctx, sum: hash, artefact: hash } as const
    const place = { study: study.id, round: 1, attempt: 0 }
    const log = { auditHead: '0'.repeat(64), auditLength: 0 }
    members.write(members.signers[0]!, { kind: 'certificate', ...place, outcome, ...log })
    await seenAt(real, members, study.id)
    await expect(ask(members, study.id, hash)).resolves.toBe('bytes-withheld')
  })

  test('does not leave on the word of another member that it is its own', async () => {
    const { real, members, study } = await approved()
    const { body, id } = await leadToCommitment(members, study)
    await real.call('consents.withdraw', { study: study.id, reason: '' })
    // Documents are looked at in the order of their ids: one of these lies comes before the truth.
    for (let attempt = 0, before = false; !before && attempt < 200; attempt++) {
      before = members.write(members.signers[0]!, { ...body, attempt }).id < id
    }
    await seenAt(real, members, study.id)
    await expect(ask(members, study.id, body.contribution)).resolves.toBe('bytes-withheld')
  })
})

test('nothing is computed or leaves for a study version that was not approved', async () => {
  const { real, members, study } = await approved()
  const { plan } = aStudy()
  const next: Study = { ...study.body, version: 2, previous: study.id, plan: { ...plan, rounds: 5 } }
  const { id } = members.write(members.signers[0]!, next)
  await received(real, id)
  const document = members.node.library.get(id) as Document<Study> // safe: it was written from a study
  await expect(
    Promise.race([leadToCommitment(members, document).then(() => 'committed'), pause(3000)]),
  ).resolves.toBe('quiet')
  expect(members.ofKind(id, 'ready')).toBeUndefined()
  await expect(real.call('studies.get', { id })).resolves.toMatchObject({
    state: 'needs-mapping',
    bytesSent: 0,
  })
})

test('a study that this version cannot compute is shown, cannot be approved, and stops nothing', async () => {
  const { real, members, study } = await approved()
  const outcome = { task: 'survival', name: 'death', label: '', timeUnit: 'd', horizon: 0 } as const
  const { id } = members.write(members.signers[0]!, { ...study.body, name: 'Survival', outcome })
  await received(real, id)
  const page = await real.call('consents.page', { study: id })
  expect(page.text).toContain('CANNOT RUN HERE')
  await expect(decide(real, id, 'approve')).rejects.toEqual(expect.objectContaining({ code: 'study-bad' }))
  await expect(decide(real, id, 'decline')).resolves.toMatchObject({ consent: { decision: 'decline' } })
  await expect(leadToCommitment(members, study)).resolves.toMatchObject({ body: { kind: 'commitment' } })
})

function pause(ms: number): Promise<'quiet'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('quiet'), ms)
  })
}
