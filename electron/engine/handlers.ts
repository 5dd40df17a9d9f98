import type { Handlers } from '#contract/serve.ts'
import type { Services } from './services.ts'

/** Each call of the contract and the service that answers it. A call without a line here does not compile. */
export function createHandlers(services: Services): Handlers {
  const { institutions, peers, datasets, imports, studies, mappings, consents, rounds, results } = services
  const { receipts, notes, models, settings, audit, profiles, suggestions } = services
  return {
    'institution.get': institutions.get,
    'institution.invite': institutions.invite,

    'pairing.get': services.pairing.get,
    'pairing.invite': services.pairing.invite,
    'pairing.join': services.pairing.join,
    'pairing.confirm': services.pairing.confirm,
    'pairing.refuse': services.pairing.refuse,

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
    'edits.get': profiles.edits.get,
    'edits.put': profiles.edits.put,
    'edits.undo': profiles.edits.undo,
    'edits.redo': profiles.edits.redo,
    'edits.clear': profiles.edits.clear,

    'studies.list': studies.list,
    'studies.get': studies.get,
    'studies.propose': studies.propose,
    'studies.pause': studies.pause,
    'studies.resume': studies.resume,
    'studies.leave': studies.leave,

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

    'models.list': models.list,
    'models.export': models.exportModel,
    'models.predict': models.predict,

    'settings.get': settings.get,
    'settings.set': settings.set,
    'support.report': settings.report,

    'audit.head': audit.head,
    'audit.verify': audit.verify,
    'audit.export': audit.exportLog,
    'audit.list': audit.list,
  }
}
