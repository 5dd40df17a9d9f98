import type { Handlers } from '#contract/serve.ts'
import type { Peer } from '#domain/invitation.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { createNetwork, type Network } from '#network/network.ts'
import { createRounds, type Rounds, type RoundsPorts } from '#network/rounds/runner.ts'
import { isPaused } from '#store/participations.ts'
import { createLedger } from '#store/ledger.ts'
import { getPeer, listPeers } from '#store/peers.ts'
import type { Trainer as TrainerClient } from '#trainer/direct.ts'
import { createComputing } from './computing.ts'
import { createCore, type Opened, type Stage } from './core.ts'
import { createData } from './data.ts'
import { createDecided } from './decided.ts'
import { createExpiry } from './expiry.ts'
import { createHandlers } from './handlers.ts'
import { createInputs } from './inputs.ts'
import { createHolding, type Machine } from './holding.ts'
import { createLatestKeys } from './key-lineage.ts'
import { createListening } from './listening.ts'
import type { Announce, Ports } from './ports.ts'
import type { ResultPorts } from './results.ts'
import { createRestored } from './restored.ts'
import { createSentBytes } from './sent-bytes.ts'
import { createServices, type Services } from './services.ts'
import { settingsIn } from './settings.ts'
import { createTimeMark } from './time-mark.ts'
import { createRefusals } from './refusals.ts'
import { createTroubles } from './troubles.ts'
import { createTrainer } from './trainer.ts'
import { createWorker } from './worker.ts'

/** What an institution is made of. */
export interface Parts extends Opened, Pick<ResultPorts, 'rehearse'> {
  readonly seed: Uint8Array
  readonly listen: readonly string[]
  /** Multiaddrs for invitations; null for those that we listen on. */
  readonly advertise: readonly string[] | null
  readonly trainer: TrainerClient
  readonly machine: Machine
  readonly readLog: () => string
}

/** An institution that stands: what it answers, how it hears of the battery, how it ends. */
interface Assembled {
  readonly handlers: Handlers
  readonly power: (battery: boolean) => void
  readonly stop: () => Promise<void>
}

/** Puts an institution together and takes part in all its studies again. */
export async function assemble(parts: Parts): Promise<Assembled> {
  const stage: Stage = { rounds: null, network: null }
  const { core, expiry } = createWatchedCore(parts, stage)
  const { db, announce } = core
  const data = createData(core)
  const computing = createComputing({ ...core, client: parts.trainer, wish: () => settingsIn(db).compute })
  const trainer = createTrainer(parts.trainer, data, computing)
  const settled = createDecided(core)
  const troubles = createTroubles({ ...core, stateOf: (study) => stage.rounds?.state(study) ?? null })

  function changed(study: Hash, round: number): void {
    const isDecided = settled.takeIn(study)
    announce({ event: 'rounds.changed', study, round })
    if (!isDecided) return
    announce({ event: 'studies.changed', study })
    announce({ event: 'audit.changed' })
    void services.heldOut.score(study)
    void services.results.judge(study)
    void services.statistics.compare(study)
  }

  const restored = createRestored({ ...core, data, waits: troubles.waits })
  const unheld: Rounds = createRounds({
    ...core,
    worker: createWorker({ ...core, data, trainer, restored, inputsOf: createInputs({ ...core, data }) }),
    gossip: gossipOver(stage),
    ...guarding(core),
    ...{ auditHead: core.sealLog, decided: settled.decided, changed },
    failed: createRefusals({ ...core, troubles, pause: (study) => stage.rounds?.pause(study) }),
  })
  const holding = holdingOf(core, parts, unheld)
  const { rounds } = holding
  stage.rounds = rounds
  const services = createServices({
    ...core,
    ...{ data, trainer, computing, rounds, holding, troubles, restored },
    ...{ rehearse: parts.rehearse, readLog: parts.readLog },
    backend: computing.view,
    ...reaching(stage, parts.advertise),
  })
  const { watch, gossip, acquaintance, settle } = createListening({ ...core, rounds, restored })
  const sent = createSentBytes({ ...core, roundOf: rounds.state })
  stage.network = await createNetwork({
    ...parts,
    ...core,
    ...acquaintance,
    ...gossip,
    // Others are told our own clock, whatever we make of theirs.
    ...{ clock: parts.clock, known: () => listPeers(db), mayLeave: rounds.mayLeave },
    onSent: (study, hash, _to, bytes) => sent.add(study, hash, bytes),
    proxy: hasProxy,
  }).catch(stopping({ rounds, expiry }))
  for (const study of core.library.studies()) {
    watch(study)
    void services.results.judge(study)
    void services.statistics.compare(study)
  }
  const stop = () => endAll({ services, rounds, expiry, stage, sent, settle, sealLog: core.sealLog })
  return { handlers: createHandlers(services), power: holding.power, stop }
}

interface Ending {
  readonly services: Services
  readonly rounds: Rounds
  readonly expiry: { readonly stop: () => void }
  readonly stage: Stage
  readonly sent: { readonly write: () => void }
  readonly settle: () => void
  readonly sealLog: Ports['sealLog']
}

async function endAll({ services, rounds, expiry, stage, sent, settle, sealLog }: Ending): Promise<void> {
  expiry.stop()
  await services.imports.close()
  await rounds.stop()
  await stage.network?.stop()
  sent.write()
  settle()
  sealLog()
}

/** The shared ports over a log that is signed to its end, whose announcements of approvals are looked at for when they end. */
function createWatchedCore(parts: Parts, stage: Stage) {
  const announce: Announce = (event) => {
    parts.announce(event)
    if (event.event === 'consents.changed') expiry.look()
  }
  const mark = createTimeMark(parts)
  const core = createCore({ ...parts, announce }, stage, mark.read)
  core.sealLog()
  const { look, stop } = createExpiry({ ...core, announce: parts.announce })
  const expiry = { look, stop: () => [stop, mark.stop].forEach((one) => one()) }
  return { core, expiry }
}

/** After a failed start: a timer of the rounds must not look into the database, which is closed next. */
function stopping({ rounds, expiry }: { rounds: Rounds; expiry: { stop: () => void } }) {
  return async (error: unknown): Promise<never> => {
    expiry.stop()
    await rounds.stop()
    throw error
  }
}

/** What the services ask of the network, from before it stands until after it is gone. */
function reaching(stage: Stage, advertise: Parts['advertise']) {
  return {
    addresses: () => advertise ?? stage.network?.addresses() ?? [],
    admit: (peer: Peer) => stage.network?.connectTo(peer),
    dismiss: (id: InstitutionId) => void stage.network?.disconnect(id),
    skew: (id: InstitutionId) => stage.network?.skew(id) ?? null,
    linkTrouble: (id: InstitutionId) => stage.network?.peer(id)?.trouble ?? null,
    network: () => stage.network,
    selfTest: () => findingsOf(stage),
  }
}

async function findingsOf({ network }: Stage) {
  const findings = (await network?.selfTest()) ?? []
  return findings.map((one) => ({ ...one, facts: { ...one.facts } }))
}

/** Whether this machine's programs are told to go through an HTTP proxy. */
function hasProxy(): boolean {
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env
  return [HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy].some(Boolean)
}

/** Rounds that wait while settings and machine say so. */
function holdingOf({ db, clock, library, log, announce }: Ports, { machine }: Parts, rounds: Rounds) {
  return createHolding({
    ...{ rounds, clock, machine },
    schedule: () => settingsIn(db).schedule,
    isPaused: (study) => isPaused(db, study),
    studies: library.studies,
    changed(held) {
      log('info', 'rounds-held', { held })
      for (const study of library.studies()) announce({ event: 'studies.changed', study })
    },
  })
}

/** What rounds ask before anything of ours is added up: with whom it was before, and whom we have confirmed. */
function guarding({ db }: Ports): Pick<RoundsPorts, 'ledger' | 'confirmed'> {
  return { ledger: createLedger(db, createLatestKeys(db)), confirmed: (id) => getPeer(db, id) !== null }
}

/** Gossip as rounds use it, from before the network stands until after it is gone. */
function gossipOver(stage: Stage): Pick<Network, 'publish' | 'fetch' | 'connected'> {
  return {
    publish: (document) => stage.network?.publish(document),
    connected: () => stage.network?.connected() ?? [],
    async fetch(...request) {
      if (!stage.network) throw new Error('The network is not up yet')
      return stage.network.fetch(...request)
    },
  }
}
