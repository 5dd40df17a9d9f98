import type { Output } from '#contract/calls.ts'
import type { InstitutionView } from '#contract/views.ts'
import type { Peer } from '#domain/invitation.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Rounds } from '#network/rounds/runner.ts'
import { createAudit } from './audit.ts'
import { createKeyChanges } from './key-changes.ts'
import { createConsents } from './consents.ts'
import { createComparisons } from './comparisons.ts'
import type { Computing } from './computing.ts'
import type { Data } from './data.ts'
import { createDatasets } from './datasets.ts'
import type { Holding } from './holding.ts'
import { createEnding } from './ending.ts'
import { createHeldOut } from './held-out.ts'
import { createImports } from './imports.ts'
import { createJoins } from './joins.ts'
import { createInstitutions } from './institutions.ts'
import { createModels } from './models.ts'
import { createNotes } from './notes.ts'
import { createPlanning } from './planning.ts'
import { createPreviews } from './preview.ts'
import { createReceipts } from './receipts.ts'
import { createSettingApart, type SettingApartPorts } from './setting-apart.ts'
import { createRollCall, type RollCallPorts } from './roll-call.ts'
import { createSettings } from './settings.ts'
import { createMappings } from './mappings.ts'
import { createPairing, type PairingPorts } from './pairing.ts'
import { createPeers, type PeerPorts } from './peers.ts'
import type { Ports } from './ports.ts'
import { createProfiles } from './profiles.ts'
import { createSuggestions } from './suggestions.ts'
import { createResults, type ResultPorts } from './results.ts'
import { createRoundsView } from './rounds-view.ts'
import { createStatistics } from './statistics.ts'
import type { Troubles } from './troubles.ts'
import { createStudies } from './studies.ts'

/** What the services need beyond the shared ports. */
export interface ServicePorts extends Ports, Pick<ResultPorts, 'trainer' | 'rehearse'> {
  readonly data: Data
  readonly restored: SettingApartPorts['restored']
  readonly rounds: Rounds
  readonly holding: Holding
  readonly computing: Computing
  readonly troubles: Troubles
  readonly readLog: () => string
  readonly addresses: () => readonly string[]
  readonly backend: () => InstitutionView['backend']
  readonly admit: (peer: Peer) => void
  readonly dismiss: (id: InstitutionId) => void
  readonly skew: (id: InstitutionId) => number | null
  readonly linkTrouble: PeerPorts['linkTrouble']
  readonly network: PairingPorts['network'] & RollCallPorts['network']
  readonly selfTest: () => Promise<Output<'network.selfTest'>>
}

/** All services of an institution, each over the ports that it needs. */
export function createServices(ports: ServicePorts) {
  const withState = { ...ports, roundState: ports.rounds.state, held: ports.holding.held }
  const ending = createEnding(ports)
  const results = createResults(ports)
  const resultOf = (study: Hash) => results.get({ study })
  const comparisons = createComparisons(ports)
  const consents = createConsents({ ...ports, comparisons, previews: createPreviews(ports), resultOf })
  const institutions = createInstitutions(ports)
  const peers = createPeers(ports)
  return {
    institutions,
    peers,
    pairing: createPairing({ ...ports, invite: institutions.invite, know: peers.know }),
    rollCall: createRollCall({ ...ports, invite: institutions.invite, know: peers.know }),
    selfTest: ports.selfTest,
    datasets: createDatasets(ports),
    profiles: createProfiles(ports),
    suggestions: createSuggestions(ports),
    imports: createImports({ ...ports, datasetReplaced: ending.datasetReplaced }),
    joins: createJoins({ ...ports, datasetReplaced: ending.datasetReplaced }),
    studies: createStudies({ ...withState, withdraw: consents.withdraw }),
    planning: createPlanning(ports),
    statistics: createStatistics({ ...ports, comparisons }),
    mappings: createMappings({ ...ports, ending, comparisons }),
    consents,
    receipts: createReceipts(ports),
    notes: createNotes(ports),
    models: createModels(ports),
    settings: createSettings(ports),
    rounds: createRoundsView({ ...withState, troubleOf: ports.troubles.of }),
    results,
    heldOut: createHeldOut(ports),
    audit: createAudit(ports),
    keyChanges: createKeyChanges(ports),
    settingApart: createSettingApart(ports),
  }
}

export type Services = ReturnType<typeof createServices>
