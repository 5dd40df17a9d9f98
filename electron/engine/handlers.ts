import type { Handlers } from '#contract/serve.ts'
import type { Services } from './services.ts'

/** Each call of the contract and the service that answers it. A call without a line here does not compile. */
export function createHandlers(services: Services): Handlers {
  const { institutions, peers, datasets, imports, studies, mappings, consents, rounds, results } = services
  const { receipts, notes, models, settings, profiles, suggestions } = services
  return {
    ...meeting(services),
    ...editing(services),
    'institution.get': institutions.get,
    'institution.invite': () => institutions.invite(),

    'peers.list': peers.list,
    'peers.read': peers.read,
    'peers.confirm': peers.confirm,
    'peers.remove': peers.remove,

    'network.selfTest': services.selfTest,

    'datasets.list': datasets.list,
    'datasets.get': datasets.get,
    'datasets.profile': profiles.get,
    'datasets.remove': datasets.remove,
    'imports.begin': imports.begin,
    'imports.chunk': imports.chunk,
    'imports.preview': imports.preview,
    'imports.finish': imports.finish,
    'imports.cancel': imports.cancel,
    'joins.look': services.joins.look,
    'joins.make': services.joins.make,

    'studies.list': studies.list,
    'studies.get': studies.get,
    'studies.propose': studies.propose,
    'studies.pause': studies.pause,
    'studies.resume': studies.resume,
    'studies.leave': studies.leave,

    ...planningHandlers(services),

    'mappings.get': mappings.get,
    'mappings.check': mappings.check,
    'mappings.suggest': suggestions.suggest,
    'mappings.preview': suggestions.preview,
    'mappings.save': mappings.save,

    'consents.page': consents.page,
    'consents.list': consents.list,
    'consents.decide': consents.decide,
    'consents.receipt': receipts.get,
    'consents.withdraw': consents.withdraw,

    'notes.list': notes.list,
    'notes.write': notes.write,

    'rounds.list': rounds.list,
    'results.get': results.get,
    'results.publish': results.publish,

    'models.list': models.list,
    'models.export': models.exportModel,
    'models.predict': models.predict,

    'settings.get': settings.get,
    'settings.change': settings.change,
    'support.report': settings.report,

    ...keeping(services),
  }
}

/** The log of what was done, and the keys that signed it. */
function keeping({ audit, keyChanges, settingApart }: Services) {
  return {
    'restored.get': settingApart.get,
    'restored.setApart': settingApart.setApart,
    'keys.read': keyChanges.read,
    'keys.apply': keyChanges.apply,
    'keys.own': keyChanges.own,
    'audit.head': audit.head,
    'audit.seal': audit.seal,
    'audit.verify': audit.verify,
    'audit.export': audit.exportLog,
    'audit.certificates': audit.certificates,
    'audit.list': audit.list,
  } satisfies Partial<Handlers>
}

/** Getting to know other institutions. */
function meeting({ pairing, rollCall }: Services) {
  return {
    'rollCall.get': rollCall.get,
    'rollCall.open': rollCall.open,
    'rollCall.join': rollCall.join,
    'rollCall.begin': rollCall.begin,
    'rollCall.confirm': rollCall.confirm,
    'rollCall.differ': rollCall.differ,
    'rollCall.leave': rollCall.leave,
    'pairing.get': pairing.get,
    'pairing.invite': pairing.invite,
    'pairing.join': pairing.join,
    'pairing.confirm': pairing.confirm,
    'pairing.refuse': pairing.refuse,
    'pairing.differ': pairing.differ,
  } satisfies Partial<Handlers>
}

/** Edits that are not saved. */
function editing({ profiles: { edits } }: Services) {
  return {
    'edits.get': edits.get,
    'edits.put': edits.put,
    'edits.undo': edits.undo,
    'edits.redo': edits.redo,
    'edits.clear': edits.clear,
  } satisfies Partial<Handlers>
}

/** Plans before a study, and what its statistics said. */
function planningHandlers({ planning, statistics }: Services) {
  return {
    'plans.variables': planning.variables,
    'plans.choose': planning.choose,
    'plans.asked': planning.asked,
    'plans.search': planning.search,
    'plans.get': planning.get,
    'plans.cancel': planning.cancel,
    'statistics.get': statistics.get,
  } satisfies Partial<Handlers>
}
