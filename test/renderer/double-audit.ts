import type { Handlers } from '#contract/serve.ts'
import { fileOf } from './double-papers.ts'
import { hashOf, keyOf, nameOf, NOW } from './double-world.ts'

const keyChange = {
  kind: 'rotation' as const,
  ...{ key: keyOf(2), name: nameOf(2), successor: keyOf(9), statedAt: NOW },
}

/** What the double says of a home that was restored, where it was. */
export function restoredIn(isRestored: boolean) {
  return {
    'restored.get': () =>
      isRestored
        ? {
            ...{ tables: 2, rows: 1204 },
            silent: [{ study: hashOf(26), name: 'Stage at diagnosis', heard: 1, needed: 2 }],
            lost: [{ study: hashOf(27), name: 'Days in hospital' }],
          }
        : null,
    'restored.setApart': () => null,
  } satisfies Partial<Handlers>
}

/** What the double says of an audit log of so many entries. */
export function auditIn(length: number) {
  return {
    'audit.head': () => ({ seq: length, hash: length > 0 ? hashOf(5999) : null }),
    'audit.seal': () => ({ seq: length, hash: hashOf(5999) }),
    'audit.certificates': () => [],
    'keys.own': () => (length > 0 ? ['murmurationkey1:'.padEnd(420, 'eyJzdGF0')] : []),
    'keys.read': () => keyChange,
    'keys.apply': () => keyChange,
    'audit.verify': () => ({
      ok: true,
      entries: length,
      firstBad: null,
      signed: length,
      documents: 212,
      badDocuments: 0,
    }),
    'audit.export': () => fileOf('audit-log.json'),
    'audit.list': ({ from, limit }) =>
      Array.from({ length: length }, (_, i) => ({
        seq: i + 1,
        prevHash: hashOf(5000 + i),
        time: NOW - (50 - i) * 3_600_000,
        actor: i % 4 === 2 ? 'Dr. Ada Moreau' : nameOf(0),
        action: ['mapping-saved', 'dataset-imported', 'consent-approve', 'round-decided'][i % 4]!,
        object: i % 4 === 1 ? 'heart1234567' : hashOf(20),
        outcome: 'done',
        detailHash: hashOf(i),
        hash: hashOf(5001 + i),
      })).slice(from - 1, from - 1 + limit),
  } satisfies Partial<Handlers>
}
