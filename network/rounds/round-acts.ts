import type { Decided } from '#domain/round.ts'
import type { Hash } from '#domain/values.ts'
import { rosterOf } from './history.ts'
import { withTimeout, workOf, type Doing, type Performing } from './performing.ts'
import type { Situation } from './situation.ts'
import { memberIds } from './static-inputs.ts'

/** Room for an artefact's header, on top of 32 bytes for each value. */
const ARTEFACT_HEADER_BYTES = 1024 * 1024

/** Signs a document that binds to nothing in memory; an abandon erases the attempt's keys first. */
export const sign: Doing<'sign'> = ({ ports, loop, record }, { body }) => {
  if (body.kind === 'certificate') {
    record({ ...body, auditHead: ports.auditHead() }, 'certified', body.outcome.result)
  } else if (body.kind === 'abandon') {
    loop.memory().eraseSecrets()
    record(body, 'abandoned', body.revealed ? 'spent' : 'unspent')
  } else {
    record(body, null, body.kind)
  }
}

/** Starts the computation of our contribution; it goes on while the loop looks at other things. */
export const compute: Doing<'compute'> = ({ ports, study, loop, times }, _, s) => {
  const memory = loop.memory()
  const began = ports.clock.ticks()
  memory.setContribution('computing')
  ports.worker
    .contribute(workOf(s), memory.abort.signal)
    .then(
      (contribution) => {
        times.computeMs = ports.clock.ticks() - began
        memory.setContribution(contribution)
      },
      (error: unknown) => {
        if (memory.abort.signal.aborted) return
        ports.failed(study.id, 'compute', error)
        memory.setContribution('failed')
      },
    )
    .finally(() => loop.poke())
}

/** Takes a decided round's result over, in one transaction with everything that belongs to it. */
export const settle: Doing<'settle'> = async (p, { decision }, s) => {
  const { ports, study, loop, times } = p
  const decided: Decided = { round: s.round, kind: s.kind, ...decision }
  const roster = rosterOf(ports.library, decided)
  const sum = decided.outcome.result === 'sum' ? decided.outcome : null
  if (sum && !roster) throw new Error('The roster of a decided round has not arrived yet')
  const artefact = sum && (await artefactOf(p, sum.artefact, s))
  const { computeMs, exchangeFrom } = times
  const exchangeMs = exchangeFrom === null ? null : ports.clock.ticks() - exchangeFrom
  const members = roster ? [...memberIds(roster)] : []
  ports.journal.together(() => {
    ports.decided({ ...decided, study: study.id, members, artefact, computeMs, exchangeMs })
    const { round, attempt } = decided
    const entry = { study: study.id, round, attempt, detail: decided.outcome.result, at: ports.clock.now() }
    ports.journal.write({ ...entry, step: 'decided' })
  })
  times.computeMs = null
  times.exchangeFrom = null
  loop.settled(decided, roster)
  ports.changed(study.id, s.round)
}

async function artefactOf({ ports, study, loop }: Performing, hash: Hash, s: Situation): Promise<Uint8Array> {
  const held = ports.shelf.get(hash)
  if (held) return held
  const limit = s.shape.length * 32 + ARTEFACT_HEADER_BYTES
  const bytes = await ports.gossip.fetch(study.id, hash, limit, withTimeout(loop.memory().abort.signal))
  ports.shelf.put(bytes, 'always')
  return bytes
}
