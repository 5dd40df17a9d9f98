import type { InstitutionId } from '#domain/values.ts'

/** In a circle of at most so many, authors bring their documents to all others themselves. */
const SMALL_CIRCLE = 9

/** Tells whether we are connected with a member. */
type IsThere = (id: InstitutionId) => boolean

/** How documents travel in a circle, as one of its members sees it. */
export interface Routes {
  /** True where authors bring their documents to all others themselves. */
  readonly isSmall: boolean
  /** Whom we bring a document of ours at once. */
  readonly first: (isThere: IsThere) => readonly InstitutionId[]
  /** Whom we bring a document of this author, ours included, together with others that come in the same moment. */
  readonly onward: (author: InstitutionId) => readonly InstitutionId[]
  /** Some who are there, so chosen that what one member has reaches all in as many steps as their number has binary digits. */
  readonly some: (isThere: IsThere) => readonly InstitutionId[]
}

/**
 * The members stand in a ring in the order of their ids, and s is about the square root of their number. An author brings its
 * documents to the s - 1 next to it; these and itself bring them to every s-th from their own places. So each member gets each
 * document once, in two steps, over a few connections that carry many documents at a time.
 */
export function routesOf(members: ReadonlySet<InstitutionId>, me: InstitutionId): Routes {
  const ring = [...members].toSorted()
  const places = new Map(ring.map((id, place) => [id, place]))
  const count = ring.length
  const own = places.get(me) ?? 0
  const stride = Math.ceil(Math.sqrt(count))
  const isSmall = count <= SMALL_CIRCLE
  const at = (steps: number) => ring[(own + steps) % count] ?? me

  /** To whom the member so many places after an author brings a document on, in steps from the author. */
  function shareOf(offset: number): number[] {
    const steps: number[] = []
    for (let step = offset + stride; step < count; step += stride) steps.push(step)
    return steps
  }

  return {
    isSmall,
    first(isThere) {
      const next = Array.from({ length: (isSmall ? count : stride) - 1 }, (_, i) => i + 1)
      // The share of one that is not there is ours.
      return next.flatMap((step) => (isSmall || isThere(at(step)) ? [step] : shareOf(step))).map(at)
    },
    onward(author) {
      const offset = (own - (places.get(author) ?? own) + count) % count
      return isSmall || offset >= stride ? [] : shareOf(offset).map((step) => at(step - offset))
    },
    some(isThere) {
      const there = Array.from({ length: count - 1 }, (_, i) => at(i + 1)).filter(isThere)
      return there.filter((_, i) => Number.isInteger(Math.log2(i + 1)))
    },
  }
}
