import type { EngineEvent } from '#contract/calls.ts'
import { changedBy } from '#contract/settings.ts'
import { serve, type Handlers } from '#contract/serve.ts'
import type { NoteView } from '#contract/papers.ts'
import type { StudyView } from '#contract/views.ts'
import type { Consent } from '#domain/consent.ts'
import { AppError } from '#domain/errors.ts'
import { planHash } from '#domain/study.ts'
import { servePages } from '#headless/page-server.ts'
import { consentPageOf } from './double-consent.ts'
import { roundsOf } from './double-rounds.ts'
import { rehearsal, resultsFor, studiesIn, type Scene } from './double-studies.ts'
import { planningIn } from './double-planning.ts'
import { importingIn, joinCounts } from './double-importing.ts'
import { pairingIn, rollCallIn, selfTestIn } from './double-network.ts'
import { auditIn, restoredIn } from './double-audit.ts'
import { fileOf, modelsOf, notesOf, receiptOf } from './double-papers.ts'
import { gateAt } from './double-gate.ts'
import { DAY, hashOf, keyOf, nameOf, NOW, US } from './double-world.ts'
import { datasetOf } from './double-data.ts'
import { computing, firstSettings } from './double-computing.ts'

function consentIn(view: StudyView): { id: string; author: string; consent: Consent } {
  const consent: Consent = {
    kind: 'consent',
    study: view.id,
    version: view.study.version,
    decision: 'approve',
    from: 1,
    to: 80,
    planHash: planHash(view.study),
    members: view.members.map(({ id }) => id),
    grant: {
      dataset: hashOf(3),
      schemaHash: hashOf(6),
      columnsUsed: ['age', 'sex'],
      columnsUnused: 8,
      weight: 128,
      deidentification: null,
    },
    reason: '',
    decidedBy: { name: 'Dr. Ada Moreau', role: 'Governance officer', authenticated: 'passphrase' },
    secondBy: null,
    decidedAt: NOW - DAY,
    expiresAt: view.study.expiresAt,
    supersedes: null,
    textHash: hashOf(77),
    language: 'en',
    build: '0.1.0',
  }
  return { id: hashOf(view.trained + 300), author: US, consent }
}

const gone = (): never => {
  throw new AppError('not-found', 'the double has no such thing')
}

const auditLength = (scene: Scene) => (scene === 'empty' ? 0 : scene === 'many' ? 6000 : 41)

/** Questions, receipts, models and settings. */
function papersIn(study: (id: string) => StudyView) {
  const notes: NoteView[] = []
  let settings = firstSettings
  return {
    'studies.leave': ({ study: id }) => ({ ...study(id), state: 'left' as const }),
    'consents.receipt': ({ id }) => receiptOf(id, consentPageOf(study(hashOf(20)), null).text),
    'notes.list': ({ study: id }) => [...notesOf(study(id)), ...notes],
    'notes.write': ({ answers, text }) => {
      const note = { id: hashOf(650 + notes.length), author: US, answers, text, writtenAt: NOW }
      notes.push(note)
      return note
    },
    'models.list': ({ study: id }) => modelsOf(study(id)),
    'models.export': ({ hash }) => fileOf(`model-${hash.slice(0, 8)}.json`),
    'models.predict': ({ values }) => {
      const age = Number(values['age'] ?? 60)
      return { risk: Math.min(0.95, age / 160), low: null, high: null, clipped: age > 100 ? ['age'] : [] }
    },
    'settings.get': () => settings,
    'settings.change': (what) => (settings = changedBy(settings, what)),
    'support.report': () => ({ text: '{"build":"0.1.0","node":"v24"}\n\n09:12:01 info round-decided 12\n' }),
  } satisfies Partial<Handlers>
}

function handlersFor(scene: Scene, announce: (event: EngineEvent) => void): Handlers {
  const studies = studiesIn(scene)
  const known = scene === 'many' ? 48 : scene === 'empty' ? 0 : 5
  const datasets =
    scene === 'empty'
      ? []
      : scene === 'many'
        ? [datasetOf('wide123456789', 'stroke_all', 1_000_000, 1200)]
        : [datasetOf('heart1234567', 'heart_northfield', 303)]
  const study = (id: string) => studies.find((one) => one.id === id) ?? gone()
  const consents = studies.filter((one) => one.state === 'running' || one.state === 'finished').map(consentIn)
  const peers = Array.from({ length: known }, (_, i) => ({
    id: keyOf(i + 1),
    name: nameOf(i + 1),
    addresses: ['/ip4/10.2.0.7/tcp/4101'],
    confirmedAt: NOW - 40 * DAY,
    connected: i !== 2,
    lastSeen: i === 2 ? NOW - 3 * 3_600_000 : NOW,
    skewMs: i === 1 ? 83_000 : 120,
    trouble: i === 2 ? ({ kind: 'port-closed', theirs: null, ours: null } as const) : null,
  }))
  const mapping = (id: string) => ({
    study: id,
    dataset: 'heart1234567',
    version: 2,
    mapping: null,
    trainRows: 199,
    testRows: 101,
    excludedRows: 3,
    events: 92,
    unnamed: [
      {
        ...{ variable: 'male', column: 'sex', stops: true, rows: 7, different: 2 },
        values: [
          { value: 'divers', count: 5 },
          { value: 'unbekannt', count: 2 },
        ],
      },
    ],
    findings: [
      {
        severity: 'warning' as const,
        variable: 'chol',
        code: 'unit-suspicious' as const,
        detail: '31 of 303 values are missing; the mean is 246 mg/dL',
      },
    ],
  })
  return {
    'institution.get': () => ({
      id: US,
      name: nameOf(0),
      build: '0.1.0',
      rehearsal: scene === 'many' || scene === 'rehearsal',
      addresses: ['/ip4/192.168.1.20/tcp/4101'],
      backend: computing,
      unlockedBy: 'passphrase',
    }),
    'institution.invite': () => ({ code: 'murmuration-invitation-'.repeat(20), expiresAt: NOW + DAY }),
    'peers.list': () => peers,
    'peers.read': () => ({ ...peers[0]!, expiresAt: NOW + DAY, known: 'no', purpose: 'pairing' }),
    'peers.confirm': () => peers[0] ?? gone(),
    'peers.remove': () => null,
    ...pairingIn(() => announce({ event: 'pairing.changed' })),
    ...rollCallIn(() => announce({ event: 'roll-call.changed' })),
    'network.selfTest': () => selfTestIn(known),
    'datasets.list': () => datasets,
    'datasets.get': ({ id }) => datasets.find((one) => one.id === id) ?? gone(),
    'datasets.remove': () => null,
    'imports.chunk': ({ bytes }) => ({ id: 'import-1', name: 'x', size: 0, done: bytes.length, rows: 9 }),
    'imports.finish': () => datasets[0] ?? gone(),
    'imports.cancel': () => null,
    'joins.look': () => joinCounts,
    'joins.make': () => ({ dataset: datasets[0] ?? gone(), counts: joinCounts }),
    'studies.list': () => studies,
    'studies.get': ({ id }) => study(id),
    'studies.propose': () => studies[0] ?? gone(),
    'studies.pause': ({ id }) => ({ ...study(id), state: 'paused' }),
    'studies.resume': ({ id }) => study(id),
    'mappings.get': ({ study: id }) => mapping(id),
    'mappings.check': ({ study: id, mapping: given }) => ({ ...mapping(id), mapping: given }),
    'mappings.save': ({ study: id, mapping: given }) => ({ ...mapping(id), mapping: given }),
    'consents.page': ({ study: id }) =>
      consentPageOf(study(id), consents.find(({ consent }) => consent.study === id)?.consent ?? null),
    'consents.list': () => consents,
    'consents.decide': () => consents[0] ?? gone(),
    'consents.withdraw': () => null,
    'rounds.list': ({ study: id, from, limit }) => roundsOf(study(id)).slice(from - 1, from - 1 + limit),
    'results.get': ({ study: id }) => {
      const view = study(id)
      if (view.state === 'finished' || scene === 'many') return resultsFor(view)
      return {
        study: id,
        alone: null,
        shared: null,
        overall: null,
        overallAlone: null,
        modelHash: view.modelHash,
      }
    },
    'results.publish': ({ study: id }) => resultsFor(study(id)),
    ...papersIn(study),
    ...{ ...importingIn(), ...planningIn() },
    ...auditIn(auditLength(scene)),
    ...restoredIn(scene === 'tasks'),
  }
}

function failing(handlers: Handlers): Handlers {
  const spared = new Set(['institution.get', 'peers.list'])
  const fail = () => {
    throw new AppError('database-damaged', 'the double fails')
  }
  const entries = Object.entries(handlers).map(([name, handle]) => [name, spared.has(name) ? handle : fail])
  return Object.fromEntries(entries) as Handlers // the same names as before
}

/** Serves the built pages as the product does, with a double of the engine behind them. */
export async function serveScene(folder: string, scene: Scene) {
  const listeners = new Set<(event: EngineEvent) => void>()
  const on = (listen: (event: EngineEvent) => void) => {
    listeners.add(listen)
    return () => void listeners.delete(listen)
  }
  const record = () => 'ref-1'
  const announce = (event: EngineEvent) => {
    for (const listen of listeners) listen(event)
  }
  const handlers = scene === 'failing' ? failing(handlersFor('full', announce)) : handlersFor(scene, announce)
  const changed = () => {
    announce({ event: 'gate.changed' })
    if (scene === 'rehearsal') announce({ event: 'rehearsal.changed' })
  }
  const gate =
    scene === 'fresh' || scene === 'locked'
      ? gateAt(scene, changed)
      : scene === 'rehearsal'
        ? gateAt('open', changed, rehearsal)
        : null
  const opened = () => {
    if (gate && !gate.isOpen()) throw new AppError('locked', 'the double is locked')
    return handlers
  }
  const serving = { handlers: opened, ...(gate ? { gate: gate.handlers } : {}), on, record }
  const ends = new Set<() => void>()
  const server = await servePages(folder, 0, (duplex) => void ends.add(serve(duplex, serving)))
  return {
    ...server,
    handlers,
    /** Cuts every connection, as an engine that dies. */
    cut: () => {
      for (const end of ends) end()
      ends.clear()
    },
    announce,
  }
}
