import type { InstitutionView } from '#contract/views.ts'
import type { Peer } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Rounds } from '#network/rounds/runner.ts'
import { createAudit } from './audit.ts'
import { createConsents } from './consents.ts'
import type { Data } from './data.ts'
import { createDatasets } from './datasets.ts'
import { createEnding } from './ending.ts'
import { createImports } from './imports.ts'
import { createInstitutions } from './institutions.ts'
import { createMappings } from './mappings.ts'
import { createPeers } from './peers.ts'
import type { Ports } from './ports.ts'
import { createResults, type ResultPorts } from './results.ts'
import { createRoundsView } from './rounds-view.ts'
import { createStudies } from './studies.ts'

/** What the services need beyond the shared ports. */
export interface ServicePorts extends Ports, Pick<ResultPorts, 'trainer' | 'rehearse'> {
  readonly data: Data
  readonly rounds: Rounds
  readonly addresses: () => readonly string[]
  readonly backend: () => InstitutionView['backend']
  readonly admit: (peer: Peer) => void
  readonly dismiss: (id: InstitutionId) => void
}

/** All services of an institution, each over the ports that it needs. */
export function createServices(ports: ServicePorts) {
  const withState = { ...ports, roundState: ports.rounds.state }
  const ending = createEnding(ports)
  return {
    institutions: createInstitutions(ports),
    peers: createPeers(ports),
    datasets: createDatasets(ports),
    imports: createImports({ ...ports, datasetReplaced: ending.datasetReplaced }),
    studies: createStudies(withState),
    mappings: createMappings({ ...ports, ending }),
    consents: createConsents(ports),
    rounds: createRoundsView(withState),
    results: createResults(ports),
    audit: createAudit(ports),
  }
}

export type Services = ReturnType<typeof createServices>
