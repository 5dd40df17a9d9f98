import { createHash } from 'node:crypto'
import type { InstitutionId } from '#domain/values.ts'
import type { Node } from '../node.ts'
import type { Clock, Library } from '../ports.ts'
import { createAsker, DOCUMENTS } from '../protocols/documents.ts'
import { createCourier } from './courier.ts'
import type { Membership } from './membership.ts'
import { createPulse } from './pulse.ts'
import type { Reconcile } from './reconcile.ts'

/** Sets are compared this often even when nothing seems to be missing, while no more than a few are connected. */
const COMPARE_MS = 5000
const AFTER_FAILURE_MS = 1000
const OPEN_MS = 10_000

export interface LinkPorts {
  readonly node: Node
  readonly library: Library
  readonly membership: Membership
  readonly clock: Clock
  readonly reconcile: Reconcile
  readonly failed: (what: string, error: unknown) => void
}

/** What binds us to one connected institution: its questions and ours, its news, and its pulse. */
export function createLink(
  { node, library, membership, clock, reconcile, failed }: LinkPorts,
  id: InstitutionId,
  /** How many times longer than usual it may be until the next comparison. */
  crowd: () => number,
) {
  const end = new AbortController()
  const asker = createAsker(() => node.open(id, DOCUMENTS, AbortSignal.timeout(OPEN_MS)))
  const broken = (error: unknown) => {
    if (end.signal.aborted) return
    failed('news', error)
    compareIn(AFTER_FAILURE_MS)
  }
  const courier = createCourier({ asker, library, broken })
  const endPulse = createPulse({
    ...{ clock, asker },
    gone() {
      failed('pulse', new Error('It does not answer any more'))
      void node.hangUp(id)
    },
  })
  let running = false
  let again = false
  let cancel = () => {}

  function compareIn(ms: number) {
    cancel()
    if (!end.signal.aborted) cancel = clock.after(ms, compare)
  }

  function compare(): void {
    again = true
    if (!running) void run()
  }

  async function run() {
    running = true
    cancel()
    try {
      while (again && !end.signal.aborted) {
        again = false
        await reconcile(asker, id, membership.common(id))
      }
      compareIn(spread(COMPARE_MS * crowd(), node.id + id))
    } catch (error) {
      if (!end.signal.aborted) failed('compare', error)
      compareIn(AFTER_FAILURE_MS)
    } finally {
      running = false
    }
  }

  compare()
  return {
    id,
    courier,
    compare,
    close: () => {
      end.abort()
      cancel()
      endPulse()
      asker.close()
    },
  }
}

/** Between three quarters and five quarters of a time, always the same for the same pair. */
function spread(ms: number, pair: string): number {
  return ms * (0.75 + createHash('sha256').update(pair).digest().readUInt8() / 512)
}

export type Link = ReturnType<typeof createLink>
