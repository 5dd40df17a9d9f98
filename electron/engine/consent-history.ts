import type { Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { ofKind } from '#network/rounds/record.ts'
import { objectActors } from '#store/audit.ts'
import { getRound } from '#store/rounds.ts'
import type { ConsentHistory } from './consent-text.ts'
import type { Ports } from './ports.ts'

/** What the rounds of a study came to so far, as the consent page says it: the same until another round is decided. */
export function historyOf(
  { db, histories, signer, library }: Pick<Ports, 'db' | 'histories' | 'signer' | 'library'>,
  study: Hash,
  nameOf: (member: InstitutionId) => string,
): ConsentHistory {
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
    trained: sums.length,
    voided: history.filter((one) => one.outcome.result === 'void').length,
    losses: losses.length > 1 && first !== undefined && last !== undefined ? { first, last } : null,
    votes: votesOf(library.ofRound(study, sums.at(-1)?.round ?? 0)),
    convicted: objectActors(db, 'equivocation-seen', study).map(nameOf),
    gaps: { all: members.reduce((sum, { id }) => sum + changes(id), 0), ours: changes(signer.id) },
  }
}

/** What members signed of the model that a round made. */
function votesOf(documents: readonly Document[]): ConsentHistory['votes'] {
  const votes = ofKind(documents, 'vote').map((one) => one.body.vote)
  const count = (vote: 'better' | 'same' | 'worse') => votes.filter((one) => one === vote).length
  return votes.length > 0 ? { better: count('better'), same: count('same'), worse: count('worse') } : null
}
