import { describe, expect, test } from 'vitest'
import type { Body } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'
import { createMemoryLibrary } from '#kit/memory-library.ts'
import { aStudy } from '#kit/sample-study.ts'
import { createAnswering } from '#network/gossip/answering.ts'
import { createIntake } from '#network/gossip/intake.ts'
import { createLedger } from '#network/gossip/ledger.ts'
import { createMembership } from '#network/gossip/membership.ts'
import { createPatience } from '#network/gossip/patience.ts'
import { createQuota } from '#network/gossip/quota.ts'
import { createSets } from '#network/gossip/sets.ts'
import { hashBytes, hashOf } from '#domain/canonical.ts'
import { signDocument, toWire } from '#network/identity/documents.ts'
import { createSimulatedTime } from '../simulation/clock.ts'
import { aNote, createHospital, type Hospital } from './hospitals.ts'

type Four = [Hospital, Hospital, Hospital, Hospital]
const [ana, ben, cleo, outsider] = [0, 1, 2, 3].map((one) => createHospital(one)) as Four
const members = [ana, ben, cleo].map((one) => one.member)

/** What the first of three members of a study takes and answers. */
function intakeOf(retired: readonly Hospital[] = []) {
  const { clock, step } = createSimulatedTime()
  const library = createMemoryLibrary()
  const study = signDocument(ben.identity, aStudy(members))
  library.add(study)
  const refused: string[] = []
  const kept: string[] = []
  const [membership, sets, patience] = [
    createMembership(library, ana.id),
    createSets(library),
    createPatience(clock),
  ]
  const take = createIntake({
    ...{ clock, me: ana.id, library, together: (work) => work(), membership, sets, patience },
    ledger: createLedger(library),
    quota: createQuota({ library, me: ana.id, known: () => [ben, cleo, outsider].map((one) => one.peer()) }),
    isRetired: (author) => retired.some((one) => one.id === author),
    onDocument: () => {},
    onEquivocation: () => {},
    failed: (_, error) => void refused.push(String(error)),
  })
  const answering = createAnswering({
    ...{ library, membership, sets, take, patience, seenAt: () => {}, arrived: () => {} },
    keep: (bytes) => void kept.push(hashBytes(bytes)),
  })
  const run = () => {
    while (step(60_000)) {
      // Until nothing is left to happen.
    }
  }
  /** What is refused, and why, of what one brings that was signed by another or itself. */
  async function brings(from: Hospital, body: Body, author: Hospital = from): Promise<string> {
    const taken = take(from.id, [toWire(signDocument(author.identity, body))])
    run()
    return (await taken).length > 0 ? 'taken' : refused.join()
  }
  return { study, library, answering, kept, run, brings }
}

describe('a document', () => {
  test('of an author who is no member is not taken from a member', async () => {
    const { study, brings } = intakeOf()
    expect(await brings(ben, aNote(study.id, 'From outside'), outsider)).toMatch(/author is not a member/)
  })

  test('of an institution whose key was replaced or revoked is not taken from anybody', async () => {
    const { study, brings } = intakeOf([cleo])
    expect(await brings(ben, aNote(study.id, 'With an old key'), cleo)).toMatch(/replaced or revoked/)
    expect(await brings(ben, aNote(study.id, 'With a key that is good'))).toBe('taken')
  })

  test('of a round that its study does not have is not taken', async () => {
    const { study, brings } = intakeOf()
    const abandon = (round: number): Body => ({
      ...{ kind: 'abandon', study: study.id, round, attempt: 0 },
      ...{ revealed: false, certified: null, missing: [] },
    })
    const { lastRound } = study.body.rules
    expect(await brings(ben, abandon(lastRound))).toBe('taken')
    expect(await brings(ben, abandon(lastRound + 1))).toMatch(/no such round/)
  })
})

describe('a study', () => {
  test('that we are no member of is not taken', async () => {
    const others = [ben, cleo, outsider].map((one) => one.member)
    expect(await intakeOf().brings(ben, aStudy(others, 'Of others'))).toMatch(/we are not a member/)
  })

  test('that names a member twice is not taken', async () => {
    const twice: Study = { ...aStudy(members, 'Twice'), members: [...members, members[1]!] }
    expect(await intakeOf().brings(ben, twice)).not.toBe('taken')
  })

  test('is not taken from one that it does not name', async () => {
    expect(await intakeOf().brings(outsider, aStudy(members, 'Not mine'), ben)).toMatch(/sender is not/)
  })
})

describe('who is no member of a study', () => {
  test('learns nothing of its documents, not even that there are any', async () => {
    const { study, answering, brings } = intakeOf()
    await brings(ben, aNote(study.id, 'Among us'))
    const asked = (from: Hospital) => ({
      roots: answering.roots(
        { ask: 'roots', roots: [{ study: study.id, root: hashOf('none') }] },
        from.id,
        [],
      ),
      list: answering.list(
        { ask: 'list', study: study.id, buckets: [...Array(256).keys()], after: null },
        from.id,
        [],
      ),
      want: answering.want({ ask: 'want', study: study.id, ids: [study.id] }, from.id, []),
      have: answering.have({ ask: 'have', study: study.id, ids: [hashOf('new')] }, from.id, []),
    })
    const nothing = asked(outsider)
    expect(nothing.list).toEqual({ ids: [], more: false })
    expect(nothing.want).toEqual({ documents: [] })
    expect(nothing.have).toEqual({ want: [] })
    expect(nothing.roots).toEqual({ differ: [{ study: study.id, buckets: null }] })
    const known = asked(cleo)
    expect(known.list).not.toEqual(nothing.list)
    expect(known.have).not.toEqual(nothing.have)
    expect(known.roots).not.toEqual(nothing.roots)
  })

  test('puts no bytes on our shelf by a commitment that names its study', async () => {
    const bytes = new Uint8Array(64).fill(9)
    const bring = async (from: Hospital) => {
      const { study, answering, kept, run } = intakeOf()
      const some = hashOf('some')
      const body: Body = {
        ...{
          kind: 'commitment',
          study: study.id,
          round: 1,
          attempt: 0,
          ctx: some,
          dataset: some,
          mask: some,
        },
        contribution: hashBytes(bytes),
      }
      const given = answering.give(
        { ask: 'give', documents: [toWire(signDocument(from.identity, body))] },
        from.id,
        [bytes],
      )
      await Promise.resolve()
      run()
      await given
      return kept.length
    }
    expect([await bring(outsider), await bring(cleo)]).toEqual([0, 1])
  })
})
