import type { Document, Roster } from '#domain/documents.ts'
import { standing } from '#domain/round.ts'
import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import { rosterOf } from './history.ts'
import { withTimeout, workOf, type Doing, type Performing } from './performing.ts'
import { memberIds } from './record.ts'

/** Room for an artefact's header, on top of 32 bytes for each value. */
const ARTEFACT_HEADER_BYTES = 1024 * 1024

/** Signs a document that binds to nothing in memory; an abandon erases the attempt's keys first. */
export const sign: Doing<'sign'> = ({ ports, loop, record }, { body }) => {
  if (body.kind === 'certificate') {
    const { head, entries } = ports.auditHead()
    record({ ...body, auditHead: head, auditLength: entries }, 'certified', body.outcome.result)
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
  memory.setComputedFor({ roundKind: s.kind, base: s.base })
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
        memory.setContribution(isTooFew(error) ? 'too-few-rows' : 'failed')
      },
    )
    .finally(() => loop.poke())
}

function isTooFew(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'rows-too-few' || error.code === 'fit-refused')
}

/** Starts judging the model on trial. Who cannot tell says that it is the same. */
export const judge: Doing<'judge'> = ({ ports, study, loop }, _, s) => {
  const memory = loop.memory()
  const { trial } = s
  if (!trial) return
  memory.setVerdict('judging')
  const best = standing(study.body, s.history).best?.artefact ?? null
  const work = { study, artefact: trial.artefact, best: best === trial.artefact ? null : best }
  const judged = ports.worker.judge?.(work, memory.abort.signal) ?? Promise.resolve('same' as const)
  judged
    .then(
      (verdict) => memory.setVerdict(verdict),
      (error: unknown) => {
        if (memory.abort.signal.aborted) return
        ports.failed(study.id, 'judge', error)
        memory.setVerdict('same')
      },
    )
    .finally(() => loop.poke())
}

/** Takes a decided round's result over, in one transaction with everything that belongs to it. */
export const settle: Doing<'settle'> = async (p, { decision }, s) => {
  const { ports, study, loop, times } = p
  const roster = rosterOf(ports.library, decision)
  if (decision.outcome.roster !== undefined && !roster)
    throw new Error('The roster of a decided round has not arrived yet')
  const decided = loop.complete({ round: s.round, kind: s.kind, ...decision })
  if (!decided) throw new Error('The votes that a decided round names have not arrived yet')
  const sum = decided.outcome.result === 'sum' ? decided.outcome : null
  const artefact = sum && roster && (await artefactOf(p, sum.artefact, roster))
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

async function artefactOf(
  { ports, study, loop }: Performing,
  hash: Hash,
  { body: { action } }: Document<Roster>,
): Promise<Uint8Array> {
  const held = ports.shelf.has(hash, study.id) ? ports.shelf.get(hash) : null
  if (held) return held
  const length = action.do === 'sum' ? action.length : 0
  const limit = length * 32 + ARTEFACT_HEADER_BYTES
  const refused = (why: Error) => ports.failed(study.id, 'fetch', why, hash)
  const signal = withTimeout(loop.memory().abort.signal)
  const bytes = await ports.gossip.fetch(study.id, hash, limit, signal, refused)
  ports.shelf.put(bytes, 'always', study.id)
  return bytes
}
