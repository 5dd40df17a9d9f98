import type { Act } from './acts.ts'
import { decisionOf, openAttempt, type Decision } from './decision.ts'
import { agree, certify, exchange, openLate } from './exchanging.ts'
import { deadlineOf, giveUp, keepClosed } from './giving-up.ts'
import { noteArrivals } from './justified.ts'
import { announceReady, announceUnable, compute, lead, propose } from './leading.ts'
import { vote } from './voting.ts'
import type { Situation } from './situation.ts'

/** What this member does next: a pure function of what is signed, what it remembers and what time it is. */
export function nextAct(s: Situation): Act {
  noteArrivals(s)
  const decision = decisionOf(s.study.body, s.record)
  if (decision)
    return (
      keepClosed(s) ?? (isWhole(s, decision) ? { act: 'settle', decision } : { act: 'wait', until: null })
    )
  const attempt = openAttempt(s.record, s.me)
  // Giving up comes first: a member that was asleep past its deadline must not finish what others have left.
  for (const step of [
    giveUp,
    openLate,
    vote,
    propose,
    compute,
    announceReady,
    announceUnable,
    lead,
    agree,
    exchange,
    certify,
  ]) {
    const act = step(s, attempt)
    if (act) return act
  }
  return { act: 'wait', until: deadlineOf(s, attempt) }
}

/** While a member catches up, certificates can arrive before the roster that they name. */
function isWhole(s: Situation, { outcome }: Decision): boolean {
  return outcome.roster === undefined || s.known(outcome.roster)
}
