import { roundOf, studyOf, type Document } from '#domain/documents.ts'
import * as v from 'valibot'
import { Hash, InstitutionId } from '#domain/values.ts'
import { openDocument } from '../identity/documents.ts'
import type { Clock, Library } from '../ports.ts'
import type { Ledger } from './ledger.ts'
import { circleOf, type Membership } from './membership.ts'
import type { Patience } from './patience.ts'
import type { Quota } from './quota.ts'
import type { Sets } from './sets.ts'
import { createTaking } from './taking.ts'

export interface IntakePorts {
  readonly clock: Clock
  readonly me: InstitutionId
  readonly library: Library
  readonly membership: Membership
  readonly sets: Sets
  readonly ledger: Ledger
  readonly quota: Quota
  readonly patience: Patience
  /** Runs writes as one transaction. */
  readonly together: <T>(work: () => T) => T
  /** Whether an institution's key was replaced or revoked: nothing new of it is taken. */
  readonly isRetired?: (author: InstitutionId) => boolean
  readonly onDocument: (document: Document) => void
  /** Two different documents of one author in a place for one: evidence that it signed twice. */
  readonly onEquivocation: (first: Document, second: Document) => void
  /** For the local log: a document that was refused, or a listener that threw. */
  readonly failed: (what: string, error: unknown) => void
}

/** A document that was stored, and another one that its author has signed in the same place. */
interface Stored {
  readonly document: Document
  readonly other: Document | null
}

/** Takes what peers send: verified first, then stored, and only then told to anybody. Resolves with what was new to us. */
export function createIntake(ports: IntakePorts) {
  const { library, sets, ledger, quota, patience, together, failed } = ports

  /** Opens one; null when it is refused or known already. */
  function open(from: InstitutionId, input: unknown): Document | null {
    if (!patience.has(from)) return null
    try {
      const found = judge(ports, from, input)
      if (typeof found !== 'string') return found
      patience.tire(from)
      failed('document', new RangeError(found))
    } catch (error) {
      patience.lose(from)
      failed('document', error)
    }
    return null
  }

  /** Entered at once: what several bring together must not be more than what one may bring. */
  function store(document: Document | null): Stored[] {
    if (!document || !library.add(document)) return []
    quota.enter(document)
    return [{ document, other: ledger.enter(document) }]
  }

  function announce({ document, other }: Stored) {
    sets.of(studyOf(document)).add(document.id)
    try {
      ports.onDocument(document)
      if (other) ports.onEquivocation(other, document)
    } catch (error) {
      failed('listener', error)
    }
  }

  return createTaking(ports.clock, (parcels) => {
    // One after the other: a study must be stored before its documents can be judged.
    const entered: Stored[] = []
    const keep = (from: InstitutionId, input: unknown) => {
      const stored = store(open(from, input))
      entered.push(...stored)
      return stored.map((one) => one.document)
    }
    try {
      const taken = together(() =>
        parcels.map(({ from, inputs }) => inputs.flatMap((input) => keep(from, input))),
      )
      entered.forEach(announce)
      return taken
    } catch (error) {
      for (const { document } of entered) {
        ledger.forget(document)
        quota.forget(studyOf(document))
      }
      throw error
    }
  })
}

export type Intake = ReturnType<typeof createIntake>

/** Why a well-signed document is none of this peer's or author's business, or null. */
function strangerFault(ports: IntakePorts, from: InstitutionId, document: Document): string | null {
  const { body, author } = document
  const circle = body.kind === 'study' ? circleOf(body) : ports.membership.circle(body.study)
  if (!circle) return 'its study is not known here'
  if (!circle.members.has(ports.me)) return 'we are not a member of its study'
  if (!circle.members.has(from)) return 'the sender is not a member of its study'
  if (!circle.members.has(author)) return 'its author is not a member of its study'
  if (body.kind === 'study' && circle.members.size !== body.members.length) return 'a member is named twice'
  return roundOf(body) > circle.lastRound ? 'its study has no such round' : null
}

/** The document, null when it is known, or why it is refused. What is too much is refused before its signature is checked. */
function judge(ports: IntakePorts, from: InstitutionId, input: unknown): Document | string | null {
  const excess = excessFault(ports.quota, input)
  if (excess !== null) return excess
  const document = openDocument(input)
  if (ports.isRetired?.(document.author)) return 'the key of its author was replaced or revoked'
  const fault = strangerFault(ports, from, document)
  if (fault !== null) return fault
  if (isKnown(ports, document)) return null
  if (document.body.kind === 'study' || ports.ledger.hasRoom(document)) return document
  return 'its author has sent too many'
}

function isKnown({ library, sets }: IntakePorts, document: Document): boolean {
  if (document.body.kind === 'study') return library.study(document.id) !== null
  return sets.of(studyOf(document)).has(document.id)
}

/** What a document says it is, before anything of it is checked. */
const Claim = v.looseObject({
  author: InstitutionId,
  body: v.looseObject({ kind: v.string(), study: v.optional(Hash) }),
})

/** Why what claims to be a document is too much of its author, or null; null, too, where it claims nothing of the kind. */
function excessFault(quota: Quota, input: unknown): string | null {
  if (!v.is(Claim, input)) return null
  const { author, body } = input
  const size = JSON.stringify(body).length + 200
  if (body.kind === 'study') return quota.fault(null, author, size)
  return body.study === undefined ? null : quota.fault(body.study, author, size)
}
