import type { Handlers } from '#contract/serve.ts'
import type { PairingView } from '#contract/pairing.ts'
import type { RollCallView } from '#contract/roll-call.ts'
import type { SelfTestFinding } from '#contract/self-test.ts'
import { keyOf, nameOf, NOW } from './double-world.ts'

/** Findings of a hospital behind a firewall that knows so many others, of which the third is away. */
export function selfTestIn(known: number): SelfTestFinding[] {
  const ports = '4101'
  const missing = nameOf(3)
  return [
    { name: 'listening', ok: true, sentence: 'listening', facts: { addresses: 1, ports } },
    known === 0
      ? { name: 'members', ok: false, sentence: 'members-none', facts: { known, connected: 0, missing: '' } }
      : {
          name: 'members',
          ok: false,
          sentence: 'members-some-missing',
          facts: { known, connected: known - 1, missing },
        },
    ...(known === 0
      ? []
      : [
          {
            ...({ name: 'member', ok: false, sentence: 'link-port-closed' } as const),
            facts: { member: missing, ports, theirs: '', ours: 2 },
          },
        ]),
    {
      name: 'reachable',
      ok: false,
      sentence: 'reachable-by-nobody',
      facts: { asked: 4, reached: 0, not: '', ports },
    },
    { name: 'relay', ok: true, sentence: 'relay-available', facts: { relays: 1 } },
    { name: 'clock', ok: true, sentence: 'clock-agrees', facts: { compared: 4, most: 210, differ: '' } },
    { name: 'proxy', ok: true, sentence: 'proxy-none', facts: { ports } },
  ]
}

/** Two people who compare words: the other hospital comes as soon as a code is made or entered. */
export function pairingIn(announce: () => void) {
  let view: PairingView | null = null
  const show = (next: PairingView | null) => {
    view = next
    announce()
    return next
  }
  const comparing = (role: PairingView['role']): PairingView => ({
    ...{ role, stage: 'comparing', code: null, expiresAt: NOW + 600_000, trouble: null },
    peer: { id: keyOf(6), name: nameOf(6), known: 'no' },
    words: ['orbit', 'velvet', 'canyon', 'ladder', 'mimic', 'ozone'],
  })
  const waiting: PairingView = {
    ...{ role: 'host', stage: 'waiting', code: 'murmuration1:'.padEnd(560, 'eyJhdXRob3I'), trouble: null },
    ...{ expiresAt: NOW + 600_000, peer: null, words: [] },
  }
  return {
    'pairing.get': () => view,
    'pairing.invite': () => show(waiting) ?? waiting,
    'pairing.join': () => show(comparing('guest')) ?? waiting,
    'pairing.confirm': () => show({ ...comparing('guest'), stage: 'confirming' }) ?? waiting,
    'pairing.differ': () =>
      show({ ...comparing('guest'), stage: 'failed', words: [], trouble: 'words-differ' }) ?? waiting,
    'pairing.refuse': () => {
      show(null)
      return null
    },
  } satisfies Partial<Handlers>
}

/** A roll call of five, of which one read other words and one is known by another key; it comes as soon as it is opened. */
export function rollCallIn(announce: () => void) {
  let view: RollCallView | null = null
  const show = (next: RollCallView) => {
    view = next
    announce()
    return next
  }
  const names = [0, 1, 2, 4, 6].map(nameOf)
  const gathering: RollCallView = {
    ...{ role: 'caller', stage: 'gathering', study: null, until: NOW + 2_700_000, trouble: null },
    ...{ code: 'murmuration1:'.padEnd(560, 'eyJhdXRob3I'), here: names, absent: [nameOf(3)] },
    ...{ without: [], members: [], words: [] },
  }
  const comparing: RollCallView = {
    ...{ ...gathering, stage: 'comparing', code: null, without: [{ name: nameOf(5), why: 'silent' }] },
    words: ['orbit', 'velvet', 'canyon', 'ladder', 'mimic', 'ozone'],
    members: [1, 2, 4, 6].map((n) => ({
      ...{ id: keyOf(n), name: nameOf(n), confirmed: false, differs: n === 4 },
      known: n === 1 ? 'yes' : n === 2 ? 'by-another-key' : 'no',
    })),
  }
  return {
    'rollCall.get': () => view,
    'rollCall.open': () => show(gathering),
    'rollCall.join': () => show({ ...gathering, role: 'guest', code: null }),
    'rollCall.begin': () => show(comparing),
    'rollCall.confirm': ({ ids }) =>
      show({
        ...{ ...comparing, stage: 'done' },
        members: comparing.members.map((one) => ({ ...one, confirmed: ids.includes(one.id) })),
      }),
    'rollCall.differ': () => show({ ...comparing, trouble: 'words-differ' }),
    'rollCall.leave': () => {
      view = null
      announce()
      return null
    },
  } satisfies Partial<Handlers>
}
