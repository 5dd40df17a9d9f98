import type { Document } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'
import { signDocument } from '../identity/documents.ts'
import { accept, commit, fetchMissing, open, reveal } from './exchange-acts.ts'
import type { Act } from './acts.ts'
import type { Doing, LoopSide, Performing } from './performing.ts'
import { compute, judge, settle, sign } from './round-acts.ts'
import type { RoundsPorts } from './runner.ts'
import type { Situation } from './situation.ts'

type Doable = Exclude<Act['act'], 'wait'>

const doing: { [A in Doable]: Doing<A> } = {
  sign,
  compute,
  judge,
  accept,
  commit,
  fetch: fetchMissing,
  reveal,
  open,
  settle,
}

/** Carries acts out, one at a time. Everything that others may see is durable before it is published. */
export function createPerformer(ports: RoundsPorts, study: Document<Study>, loop: LoopSide) {
  const { signer, library, journal, clock, gossip } = ports
  const performing: Performing = {
    ports,
    study,
    loop,
    times: { computeMs: null, exchangeFrom: null },
    record(body, step, detail, also) {
      const document = signDocument(signer, body)
      journal.together(() => {
        also?.()
        if (step && 'attempt' in body) {
          const { study: id, round, attempt } = body
          journal.write({ study: id, round, attempt, step, detail, at: clock.now() })
        }
        library.add(document)
      })
      gossip.publish(document)
      ports.changed(study.id, 'round' in body ? body.round : 1)
    },
  }
  return async (act: Extract<Act, { act: Doable }>, s: Situation): Promise<void> => {
    // Safe: the table holds for each act the function of this very act.
    const handle = doing[act.act] as (p: Performing, act: Act, s: Situation) => void | Promise<void>
    await handle(performing, act, s)
  }
}
