import type { Hash } from '#domain/values.ts'
import { getRound } from '#store/rounds.ts'
import type { ConsentHistory } from './consent-text.ts'
import type { Ports } from './ports.ts'

/** What the rounds of a study came to so far, as the consent page says it: the same until another round is decided. */
export function historyOf(
  { db, histories, signer, library }: Pick<Ports, 'db' | 'histories' | 'signer' | 'library'>,
  study: Hash,
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
    gaps: { all: members.reduce((sum, { id }) => sum + changes(id), 0), ours: changes(signer.id) },
  }
}
