import { randomBytes, randomInt } from 'node:crypto'
import { base64urlnopad } from '@scure/base'
import type { Body, Commitment, Document, Roster } from '#domain/documents.ts'
import { planHash, type Member, type Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { signDocument } from '#network/identity/documents.ts'
import type { Identity } from '#network/identity/identity.ts'
import { makeInvitation } from '#network/identity/invitation.ts'
import { createKeyPair } from '#network/averaging/masks.ts'
import { contextOf } from '#network/rounds/situation.ts'
import { taskOf } from '#engine/data.ts'
import { shapeOf } from '#trainer/shape.ts'
import { createHospital } from '../network/hospitals.ts'
import { until, type Hospital } from './hospital.ts'

/**
 * Two members of a study whose every word the test writes: one is a real network node, the other only a key that signs
 * through it. They know the real hospital,  and it has confirmed both, or so many. The real one is never the second in the order of ids,
 * so a puppet has the first turn.
 */
export async function openPuppets(real: Hospital, { confirmed = 2 } = {}) {
  const { id, name, addresses } = await real.call('institution.get', null)
  const seed = randomInt(2 ** 31)
  const pool = Array.from({ length: 24 }, (_, i) => createHospital(seed + i))
  const before = pool.filter((one) => one.id < id)
  const [first, puppet] = before.length >= 12 ? before : pool.filter((one) => one.id > id)
  if (!first || !puppet) throw new Error('One side of the real one has half of the pool')
  const node = first
  const other = puppet.identity
  node.known.set(id, { id, name, addresses, confirmedAt: 1 })
  await node.start()
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
  const nameOf = (one: Identity) => (one === other ? puppet.name : node.name)
  const parts = { addresses: node.net().addresses(), now: Date.now(), random }
  for (const one of [node.identity, other].slice(0, confirmed))
    await real.call('peers.confirm', { code: makeInvitation(one, { ...parts, name: nameOf(one) }) })
  await until(
    async () => node.net().connected(),
    (seen) => seen.includes(id),
  )
  const members: Member[] = [{ id, name }, node.member, puppet.member]

  /** Signs, keeps and spreads a document. */
  function write(signer: Identity, body: Body): Document {
    const document = signDocument(signer, body)
    node.library.add(document)
    node.net().publish(document)
    return document
  }

  const ofKind = <K extends Body['kind']>(study: Hash, kind: K, author = id) =>
    node.library
      .ids(study)
      .flatMap((one) => node.library.get(one) ?? [])
      // Safe: the filter compares the kind.
      .find((one) => one.body.kind === kind && one.author === author) as
      Document<Extract<Body, { kind: K }>> | undefined

  return { node, signers: [node.identity, other], members, write, ofKind, stop: () => node.net().stop() }
}

export type Puppets = Awaited<ReturnType<typeof openPuppets>>

const GRANT = {
  schemaHash: '1'.repeat(64),
  columnsUsed: ['age'],
  columnsUnused: 0,
  weight: 20,
  deidentification: null,
}

/** The puppets approve and bring the first round to the point where the real hospital has fixed its contribution. */
export async function leadToCommitment(
  puppets: Puppets,
  study: Document<Study>,
): Promise<Document<Commitment>> {
  const { signers, write, ofKind, members } = puppets
  const place = { study: study.id, round: 1 }
  const shared = { roundKind: 'statistics', planHash: planHash(study.body), base: null } as const
  const order = members.map((one) => one.id).toSorted()
  const leader = signers.find((one) => one.id === order[1])
  const real = order.find((one) => !signers.some((signer) => signer.id === one))
  if (!leader || !real) throw new Error('A puppet has the first turn')
  const readies = signers.map((signer) => {
    const consent = write(signer, approval(study, order))
    const { roundKind, base } = shared
    const dataset = '2'.repeat(64)
    return write(signer, {
      kind: 'ready',
      ...place,
      roundKind,
      base,
      consent: consent.id,
      dataset,
      weight: GRANT.weight,
      inputs: [signer.id.slice(-16)],
    })
  })
  write(leader, { kind: 'proposal', ...place, ...shared, proposedAt: Date.now() })
  const own = await until(
    async () => ofKind(study.id, 'ready', real),
    (seen) => seen !== undefined,
  )
  const all = [...readies, own].flatMap((one) =>
    one?.body.kind === 'ready' ? [{ id: one.author, ready: one.id, weight: one.body.weight }] : [],
  )
  const { length, bound } = shapeOf(taskOf(study.body), 'statistics')
  const action = {
    do: 'sum' as const,
    members: all.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    absent: [],
    length,
    bound,
  }
  const body: Roster = {
    kind: 'roster',
    ...place,
    ...shared,
    attempt: 0,
    version: study.body.version,
    action,
    because: [],
  }
  const roster = write(leader, body)
  for (const signer of signers) {
    const key = base64urlnopad.encode(createKeyPair((bytes) => new Uint8Array(randomBytes(bytes))).publicKey)
    write(signer, { kind: 'acceptance', ...place, attempt: 0, roster: roster.id, ctx: contextOf(body), key })
  }
  const commitment = await until(
    async () => ofKind(study.id, 'commitment', real),
    (seen) => seen !== undefined,
  )
  if (!commitment) throw new Error('until has seen it')
  return commitment
}

function approval(study: Document<Study>, members: string[]): Body {
  return {
    kind: 'consent',
    study: study.id,
    version: study.body.version,
    decision: 'approve',
    from: 1,
    to: study.body.rules.lastRound,
    planHash: planHash(study.body),
    members,
    grant: { ...GRANT, dataset: '2'.repeat(64) },
    reason: '',
    decidedBy: { name: 'Puppet', role: '', authenticated: 'passphrase' },
    secondBy: null,
    decidedAt: Date.now(),
    expiresAt: study.body.expiresAt,
    supersedes: null,
    textHash: '3'.repeat(64),
    language: 'en',
    build: 'test',
  }
}
