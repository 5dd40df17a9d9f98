import type {
  Abandon,
  Certificate,
  Document,
  Proposal,
  Ready,
  Roster,
  Unable,
  Vote,
} from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import type { Decision } from './decision.ts'
import type { Situation } from './situation.ts'

/** What a member does next in a round. Each act is followed by another look at the situation. */
export type Act =
  | { readonly act: 'settle'; readonly decision: Decision }
  | { readonly act: 'compute' }
  | { readonly act: 'judge' }
  /** Sign and publish a document that binds to nothing held in memory. */
  | {
      readonly act: 'sign'
      readonly body:
        Proposal | Ready | Unable | Roster | Abandon | Vote | Omit<Certificate, 'auditHead' | 'auditLength'>
    }
  /** Make fresh keys, write down and sign the acceptance of this roster. */
  | { readonly act: 'accept'; readonly roster: Document<Roster> }
  /** Mask our contribution, fix and publish it. */
  | { readonly act: 'commit'; readonly roster: Document<Roster> }
  | { readonly act: 'fetch'; readonly contributions: readonly Hash[] }
  | { readonly act: 'reveal'; readonly roster: Document<Roster> }
  | { readonly act: 'open'; readonly roster: Document<Roster> }
  /** Nothing to do before this tick, or before a document arrives (null). */
  | { readonly act: 'wait'; readonly until: number | null }

/** One thing that a member might do in its open attempt; null when there is nothing of the kind to do. */
export type Step = (s: Situation, attempt: number) => Act | null
