import { isVotedDown } from '#domain/gate.ts'
import { baseOf, standing } from '#domain/round.ts'
import type { Hash } from '#domain/values.ts'
import type { Journal } from '#network/ports.ts'
import type { DecidedRound } from '#network/rounds/runner.ts'
import { ofKind } from '#network/rounds/record.ts'
import { appendAudit } from '#store/audit.ts'
import { recordModel } from '#store/models.ts'
import { noteRound } from '#store/rounds.ts'
import { dropRoundBlobs } from '#store/shelf.ts'
import { readModel } from '#trainer/shared-model.ts'
import type { Study } from '#domain/study.ts'
import { taskOf } from './data.ts'
import type { Past } from './histories.ts'
import type { Ports } from './ports.ts'

type DecidedPorts = Pick<Ports, 'db' | 'library' | 'clock' | 'histories' | 'name'> & {
  readonly journal: Journal
}

/**
 * Keeps what a decided round leaves with us: model, audit entry and our own record, in the transaction that settles the
 * round. `takeIn` adds the round to its study's history once that transaction is over.
 */
export function createDecided({ db, library, journal, clock, histories, name }: DecidedPorts) {
  const settled = new Map<Hash, Past[]>()

  function decided(round: DecidedRound): void {
    const { study, kind, outcome, members, attempt, computeMs, exchangeMs, ballot } = round
    const body = library.study(study)?.body
    const at = clock.now()
    const sharedLoss = lossOf(round)
    noteRound(db, study, round.round, kind, { decidedAt: at, computeMs, exchangeMs, sharedLoss })
    if (body && outcome.result === 'sum' && kind !== 'evaluation') {
      const history = histories.of(study)
      const parent = baseOf(body, history, ballot)
      const { artefact } = outcome
      recordModel(db, { study, round: round.round, artefact, parent, figures: null, madeAt: at })
    }
    const object = `${study}/${round.round}`
    const detail = { kind, attempt, outcome, members }
    appendAudit(db, {
      time: at,
      actor: name,
      action: 'round-decided',
      object,
      outcome: outcome.result,
      detail,
    })
    if (body && ballot && isVotedDown(ballot)) noteRollback(round, body)
    const commitments = ofKind(library.ofRound(study, round.round), 'commitment')
    dropRoundBlobs(
      db,
      commitments.map((one) => one.body.contribution),
    )
    const past = { round: round.round, kind, attempt, outcome, members, ...(ballot ? { ballot } : {}) }
    settled.set(study, [...(settled.get(study) ?? []), past])
  }

  /** The model before this sum was found worse by most of its members: nothing goes on from it. */
  function noteRollback({ study, ballot }: DecidedRound, body: Study): void {
    const judged = histories
      .of(study)
      .findLast((one) => one.kind === 'training' && one.outcome.result === 'sum')
    const best = standing(body, histories.of(study)).best?.round ?? null
    appendAudit(db, {
      time: clock.now(),
      actor: name,
      action: 'model-rolled-back',
      object: `${study}/${judged?.round ?? 0}`,
      outcome: 'worse',
      detail: { ballot, best },
    })
  }

  function lossOf({ study, kind, artefact }: DecidedRound): number | null {
    const body = library.study(study)?.body
    return kind === 'training' && artefact && body ? readModel(taskOf(body), artefact).loss : null
  }

  /** Takes the rounds in that were settled; true when there were any. */
  function takeIn(study: Hash): boolean {
    const isDurable = ({ round }: Past) => journal.read(study, round).some((one) => one.step === 'decided')
    // A transaction that failed, for want of room on the disk, has settled nothing.
    const rounds = (settled.get(study) ?? []).filter(isDurable)
    settled.delete(study)
    for (const past of rounds) histories.add(study, past)
    return rounds.length > 0
  }

  return { decided, takeIn }
}
