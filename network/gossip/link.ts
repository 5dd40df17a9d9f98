import { createHash } from 'node:crypto'
import { studyOf, type Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Node } from '../node.ts'
import type { Clock, Library } from '../ports.ts'
import { createAsker, DOCUMENTS } from '../protocols/documents.ts'
import { createComparing } from './comparing.ts'
import { createCourier } from './courier.ts'
import type { Hand } from './hand.ts'
import type { Membership } from './membership.ts'
import { createPulse } from './pulse.ts'
import type { Reconcile } from './reconcile.ts'

/** Sets are compared this often even when nothing seems to be missing, while no more than a few are connected. */
const COMPARE_MS = 5000
const OPEN_MS = 10_000

export interface LinkPorts {
  readonly node: Node
  readonly library: Library
  readonly membership: Membership
  readonly clock: Clock
  readonly reconcile: Reconcile
  readonly hand: Hand
  /** So many bytes of a contribution went to a member. */
  readonly onSent: (study: Hash, hash: Hash, to: InstitutionId, bytes: number) => void
  /** Our sets of these studies and a member's are the same now. */
  readonly compared: (member: InstitutionId, studies: readonly Hash[]) => void
  readonly failed: (what: string, error: unknown) => void
}

/** What binds us to one connected institution: its questions and ours, its news, and its pulse. */
export function createLink(
  ports: LinkPorts,
  id: InstitutionId,
  /** How many times longer than usual it may be until the next comparison. */
  crowd: () => number,
) {
  const { node, library, membership, clock, reconcile, failed } = ports
  const asker = createAsker(() => node.open(id, DOCUMENTS, AbortSignal.timeout(OPEN_MS)))
  const comparing = createComparing({
    clock,
    async reconcile() {
      const studies = membership.common(id)
      await reconcile(asker, id, studies)
      ports.compared(id, studies)
    },
    every: () => spread(COMPARE_MS * crowd(), node.id + id),
    failed: (error) => failed('compare', error),
  })
  let closed = false
  const broken = (error: unknown) => {
    if (closed) return
    failed('news', error)
    comparing.mend()
  }
  const courier = createCourier({ asker, library, broken, ...carrying(ports, id) })
  const endPulse = createPulse({
    ...{ clock, asker },
    gone() {
      failed('pulse', new Error('It does not answer any more'))
      void node.hangUp(id)
    },
  })

  comparing.compare()
  return {
    id,
    courier,
    compare: comparing.compare,
    close: () => {
      closed = true
      comparing.stop()
      endPulse()
      asker.close()
    },
  }
}

/** The contributions that go along with documents to a peer: in large circles, where each would otherwise ask everybody for them. */
function carrying({ membership, hand, onSent }: LinkPorts, to: InstitutionId) {
  return {
    goesWith: (document: Document) =>
      membership.routes(studyOf(document))?.isSmall === false ? hand.goesWith(document, to) : null,
    sent({ body }: Document, bytes: number) {
      if (body.kind === 'commitment' && bytes > 0) onSent(body.study, body.contribution, to, bytes)
    },
  }
}

/** Between three quarters and five quarters of a time, always the same for the same pair. */
function spread(ms: number, pair: string): number {
  return ms * (0.75 + createHash('sha256').update(pair).digest().readUInt8() / 512)
}

export type Link = ReturnType<typeof createLink>
