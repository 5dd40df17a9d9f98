import type { Document, Reveal } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { signDocument } from '#network/identity/documents.ts'
import type { Library, Signer } from '#network/ports.ts'

/**
 * A member that runs the product and lies by what it shows and what it pretends not to have: it opens some sums alone, by
 * keeping its own reveal back and saying that it never opened its mask, and it leaves a victim out of the sums that it leads.
 */
export function createLiar(
  signer: Signer,
  library: Library,
  withholds = ({ ctx }: Reveal) => Number.parseInt(ctx.slice(0, 2), 16) % 3 === 0,
) {
  const hidden = new Set<Hash>()
  const withheld = new Set<string>()

  /** What others get to see of a document that the liar signed; null where it keeps it to itself. */
  function shown(document: Document): Document | null {
    const { body } = document
    if (!('attempt' in body)) return document
    const place = `${body.round}/${body.attempt}`
    if (body.kind === 'reveal' && withholds(body)) withheld.add(place)
    const isSecret = body.kind === 'reveal' || body.kind === 'certificate'
    if (isSecret && withheld.has(place)) return hide(document)
    if (body.kind !== 'abandon' || !withheld.has(place)) return document
    const lie = signDocument(signer, { ...body, revealed: false, certified: null })
    library.add(lie)
    hide(document)
    return lie
  }

  function hide({ id }: Document): null {
    hidden.add(id)
    return null
  }

  return { shown, hides: (id: Hash) => hidden.has(id) }
}

export type Liar = ReturnType<typeof createLiar>

/** A library that has not received what a victim says it is ready for, in rounds that the liar leads. */
export function pretending(
  library: Library,
  { leads, victim }: { leads: (round: number) => boolean; victim: () => InstitutionId },
): Library {
  return {
    ...library,
    ofRound(study, round) {
      const all = library.ofRound(study, round)
      if (!leads(round)) return all
      return all.filter((one) => one.body.kind !== 'ready' || one.author !== victim())
    },
  }
}
