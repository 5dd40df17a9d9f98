import { randomBytes } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import type { Note } from '#domain/documents.ts'
import { openDocument, signDocument, toWire } from '#network/identity/documents.ts'
import { createIdentity, publicKeyOf, verify } from '#network/identity/identity.ts'
import { makeInvitation, readInvitation } from '#network/identity/invitation.ts'

const seedOf = (n: number) => new Uint8Array(32).fill(n)
const refused = expect.objectContaining({ code: 'document-refused' })

function aNote(text = 'Which unit is cholesterol in?'): Note {
  return { kind: 'note', study: 'a'.repeat(64), answers: null, text, writtenAt: 1 }
}

test('an institution is known by the PeerId that libp2p gives its key', async () => {
  for (const seed of [seedOf(0), seedOf(1), randomBytes(32)]) {
    const { id } = createIdentity(seed)
    const key = await generateKeyPairFromSeed('Ed25519', seed)
    expect(id).toBe(peerIdFromPrivateKey(key).toString())
    expect(Buffer.from(publicKeyOf(id))).toEqual(Buffer.from(key.publicKey.raw))
  }
})

test('a signature is good for one message of one author, and noble agrees', () => {
  const ana = createIdentity(seedOf(1))
  const ben = createIdentity(seedOf(2))
  const message = Buffer.from('approved')
  const signature = ana.sign('document', message)

  expect(verify(ana.id, 'document', message, signature)).toBe(true)
  const signed = Buffer.concat([Buffer.from('murmuration/1/document\0'), message])
  expect(ed25519.verify(signature, signed, publicKeyOf(ana.id))).toBe(true)
  expect(verify(ben.id, 'document', message, signature)).toBe(false)
  expect(verify(ana.id, 'document', Buffer.from('declined'), signature)).toBe(false)
  expect(verify(ana.id, 'document', message, signature.slice(0, 63))).toBe(false)
  expect(verify('not an id', 'document', message, signature)).toBe(false)
})

test('what was signed for one purpose is good for no other, nor is a bare message', () => {
  const ana = createIdentity(seedOf(1))
  const message = Buffer.from('approved')
  const purposes = ['document', 'invitation', 'checkpoint', 'key-statement'] as const
  for (const made of purposes) {
    const signature = ana.sign(made, message)
    const good = purposes.filter((one) => verify(ana.id, one, message, signature))
    expect(good).toEqual([made])
    expect(ed25519.verify(signature, message, publicKeyOf(ana.id))).toBe(false)
  }
})

test('a signed document survives the wire and keeps its id', () => {
  const signed = signDocument(createIdentity(seedOf(1)), aNote())
  const arrived = openDocument(JSON.parse(JSON.stringify(toWire(signed))))
  expect(arrived).toEqual(signed)
})

test('a document with any changed part is refused, also when the right one was opened before', () => {
  const wire = toWire(signDocument(createIdentity(seedOf(1)), aNote()))
  const first = openDocument(wire)
  expect(openDocument({ ...wire })).toEqual(first)
  const other = createIdentity(seedOf(2)).id
  const tampered: unknown[] = [
    { ...wire, body: { ...wire.body, writtenAt: 2 } },
    { ...wire, author: other },
    { ...wire, signature: `${wire.signature.slice(0, 84)}AA` },
    { ...wire, signature: '='.repeat(86) },
    { ...wire, signature: toWire(signDocument(createIdentity(seedOf(1)), aNote('Other'))).signature },
    { ...wire, id: 'a'.repeat(64) },
    { author: wire.author, body: wire.body, signed: wire.signature },
    { ...wire, body: { ...wire.body, extra: 1 } },
    { ...wire, body: { ...wire.body, kind: 'nonsense' } },
    null,
    'text',
    [],
  ]
  for (const one of tampered) expect(() => openDocument(one)).toThrow(refused)
})

test('nobody signs what others would refuse', () => {
  const signer = createIdentity(seedOf(1))
  expect(() => signDocument(signer, aNote(''))).toThrow(refused)
  expect(() => signDocument(signer, { ...aNote(), writtenAt: Number.NaN })).toThrow(refused)
})

test('a refusal says where, and never what', () => {
  const secret = 'Mrs Example, born 1950'
  try {
    openDocument({ author: secret, body: aNote(), signature: '' })
    expect.unreachable()
  } catch (error) {
    expect(String(error)).toContain('author')
    expect(String(error)).not.toContain('Example')
  }
})

test('an invitation is read back, also when a mail program broke its lines', () => {
  const signer = createIdentity(seedOf(3))
  const addresses = ['/ip4/10.0.0.4/tcp/4001']
  const code = makeInvitation(signer, { name: 'Cardiology, Lyon', addresses, now: 1000, random: randomBytes })
  const broken = ` ${code.slice(0, 70)}\r\n${code.slice(70)}\n`

  const { author, body } = readInvitation(broken, 2000)
  expect(author).toBe(signer.id)
  expect(body).toMatchObject({ name: 'Cardiology, Lyon', addresses, issuedAt: 1000 })
  expect(() => readInvitation(code, body.expiresAt)).toThrow(
    expect.objectContaining({ code: 'invitation-expired' }),
  )
})

test('an invitation with a flipped letter, a cut end or a foreign beginning is bad', () => {
  const signer = createIdentity(seedOf(3))
  const code = makeInvitation(signer, { name: 'Lyon', addresses: [], now: 1000, random: randomBytes })
  const flips = Array.from({ length: 40 }, (_, i) => {
    const at = 13 + i * Math.floor((code.length - 14) / 40)
    return code.slice(0, at) + (code[at] === 'A' ? 'B' : 'A') + code.slice(at + 1)
  })
  for (const one of [...flips, code.slice(0, -5), `x${code}`, '', 'murmuration1:', 'a'.repeat(20_000)]) {
    expect(() => readInvitation(one, 2000)).toThrow(expect.objectContaining({ code: 'invitation-bad' }))
  }
})

test('an invitation stays short enough to paste, whatever the addresses', () => {
  const signer = createIdentity(seedOf(3))
  const addresses = Array.from({ length: 30 }, (_, i) => `/dns4/${'h'.repeat(250)}/tcp/${i}`)
  const code = makeInvitation(signer, { name: 'Lyon', addresses, now: 1000, random: randomBytes })
  expect(code.length).toBeLessThanOrEqual(4000)
  expect(readInvitation(code, 1000).body.addresses[0]).toBe(addresses[0])
})
