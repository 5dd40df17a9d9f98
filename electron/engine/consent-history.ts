import type { ResultsView } from '#contract/views.ts'
import type { Document } from '#domain/documents.ts'
import { trainedIn } from '#domain/round.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { ofKind } from '#network/rounds/record.ts'
import { objectActors } from '#store/audit.ts'
import { getRound } from '#store/rounds.ts'
import type { ConsentHistory, OwnResult } from './consent-benefit.ts'
import { heldOutOf } from './held-out.ts'
import { fallenIn, lineOf, roundsThat } from './lineage.ts'
import type { Ports } from './ports.ts'

export type HistoryPorts = Pick<Ports, 'db' | 'histories' | 'signer' | 'library'> & {
  /** What is known of a study on our own held-out patients. */
  readonly resultOf: (study: Hash) => ResultsView
}

/** What the rounds of a study came to so far, as the consent page says it: the same until another round is decided. */
export function historyOf(
  ports: HistoryPorts,
  study: Hash,
  nameOf: (member: InstitutionId) => string,
): ConsentHistory {
  const { db, histories, signer, library } = ports
  const history = histories.of(study)
  const sums = history.filter((one) => one.kind === 'training' && one.outcome.result === 'sum')
  const losses = sums
    .filter((one) => one.members.includes(signer.id))
    .flatMap(({ round }) => getRound(db, study, round)?.ownLoss ?? [])
  const [first] = losses
  const last = losses.at(-1)
  const members = library.study(study)?.body.members ?? []
  const changes = (id: string) =>
    sums.slice(1).filter(({ members: now }, i) => now.includes(id) !== sums[i]?.members.includes(id)).length
  return {
    trained: trainedIn(lineOf(ports, study)),
    voided: history.filter((one) => one.outcome.result === 'void').length,
    losses: losses.length > 1 && first !== undefined && last !== undefined ? { first, last } : null,
    votes: votesOf(library.ofRound(study, sums.at(-1)?.round ?? 0)),
    convicted: objectActors(db, 'equivocation-seen', study).map(nameOf),
    rolledBack: roundsThat(fallenIn(ports, study), 'voted-down'),
    heldOut: judgedIn(ports, study),
    result: ownResult(ports, study),
    earlier: earlierResult(ports, study),
    gaps: { all: members.reduce((sum, { id }) => sum + changes(id), 0), ours: changes(signer.id) },
  }
}

/** The first and the latest model in force on our own held-out patients. */
function judgedIn(ports: HistoryPorts, study: Hash): ConsentHistory['heldOut'] {
  const figures = heldOutOf(ports.db, study)
  const judged = lineOf(ports, study).flatMap(({ round }) => {
    const found = figures.get(round)
    return found ? [{ round, figures: found }] : []
  })
  const [first, last] = [judged[0], judged.at(-1)]
  return first && last ? { first, last } : null
}

function ownResult({ resultOf }: HistoryPorts, study: Hash): OwnResult | null {
  const { shared, alone, difference, worth, subgroups } = resultOf(study)
  return shared && { shared, alone, difference, worth, subgroups }
}

/** Versions of a study are followed back so far. */
const MOST_VERSIONS = 20

function earlierResult(ports: HistoryPorts, study: Hash): ConsentHistory['earlier'] {
  let before = ports.library.study(study)?.body.previous ?? null
  for (let i = 0; i < MOST_VERSIONS && before !== null; i++) {
    const found = ports.library.study(before)
    if (!found) return null
    const result = ownResult(ports, before)
    if (result) return { version: found.body.version, result }
    before = found.body.previous
  }
  return null
}

/** What members signed of the model that a round made. */
function votesOf(documents: readonly Document[]): ConsentHistory['votes'] {
  const votes = ofKind(documents, 'vote').map((one) => one.body.vote)
  const count = (vote: 'better' | 'same' | 'worse') => votes.filter((one) => one === vote).length
  return votes.length > 0 ? { better: count('better'), same: count('same'), worse: count('worse') } : null
}
