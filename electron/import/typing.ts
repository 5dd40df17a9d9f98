import { hashOf } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import { narrow } from '#domain/narrow.ts'
import { cellReader } from './cell-readers.ts'
import { unstage } from './chunk.ts'
import type { Staging, TypedTable } from './columns.ts'
import { createEquivalence, type Equivalence } from './equivalence.ts'
import type { Lexicon } from './lexicon.ts'
import type { Earlier } from './messages.ts'
import { createTyping, type ColumnTyping } from './profile.ts'
import type { Proposal } from './proposals.ts'
import { createPseudonym } from './pseudonym.ts'
import { createScratch } from './scratch.ts'

/** Rows that were put aside: chunks, each in parts of some columns. */
export interface Aside {
  readonly chunks: number
  readonly parts: number
  readonly columnsOfPart: number
  readonly lexicons: readonly Lexicon[]
}

/** A table whose types are decided. */
export interface Decided {
  readonly names: readonly string[]
  /** Columns that stay. */
  readonly kept: readonly Proposal[]
  readonly identifiers: IdentifierReport
  /** For pseudonyms. */
  readonly secret: Uint8Array
  readonly grown: Earlier | null
  readonly aside: Aside
}

interface Kept {
  readonly name: string
  /** Its place among all columns of the file, and among those that stay. */
  readonly position: number
  readonly place: number
  readonly typing: ColumnTyping
  readonly isQuasi: boolean
}

/** Parts that are asked for before they are needed, so that typing never waits for the store. */
const AHEAD = 4

/** Types what was put aside, hands it on chunk by chunk, and profiles it. */
export async function typeTable(decided: Decided, staging: Staging): Promise<TypedTable> {
  const { identifiers, grown } = decided
  const kept = keptOf(decided)
  const alike = createEquivalence()
  const before = grown ? await typeAgain(grown, kept, alike, staging) : 0
  await typeParts(decided.aside, kept, alike, staging, before)
  return typedTable(
    kept.map(({ typing }) => typing),
    identifiers,
    alike,
  )
}

/** What is known of a table once all its cells are typed. */
export function typedTable(
  typings: readonly ColumnTyping[],
  identifiers: IdentifierReport,
  alike: Equivalence,
): TypedTable {
  const done = typings.map((typing) => typing.finish())
  const schema = done.map(({ column }) => ({ name: column.name, type: column.type }))
  const digest = hashOf(done.map((one, index) => ({ ...schema[index], digest: one.digest })))
  const groups = identifiers.quasi.length > 0 ? alike.result() : null
  return {
    columns: done.map(({ column }) => column),
    profile: done.map(({ profile }) => profile),
    identifiers: { ...identifiers, ...groups },
    schemaHash: hashOf(schema),
    digest,
  }
}

function keptOf({ kept, identifiers, secret, aside }: Decided): Kept[] {
  const quasi = new Set(identifiers.quasi)
  const pseudonym = createPseudonym(secret)
  const scratch = createScratch()
  return kept.map((proposal, place) => {
    const { name, position, unit, reading, remarks } = proposal
    const reader = cellReader(proposal, proposal.isKeyed ? (word) => word : pseudonym)
    const lexicon = aside.lexicons[position]
    if (!lexicon) throw new RangeError('Every column has its lexicon')
    const typing = createTyping({ name, unit, reader, codes: reading.codes, remarks }, lexicon, scratch)
    return { name, position, place, typing, isQuasi: quasi.has(name) }
  })
}

/** The rows of the version that grows, first and as they were; returns how many chunks they are. */
async function typeAgain(grown: Earlier, kept: readonly Kept[], alike: Equivalence, staging: Staging) {
  const places = new Map(grown.columns.map((one, place) => [one.name, place]))
  for (let chunk = 0; ; chunk += 1) {
    const columns = await staging.earlier(chunk)
    if (!columns) return chunk
    const typed = kept.map(({ name, typing, isQuasi }) => {
      const values = columns[places.get(name) ?? -1]
      if (!values) throw new AppError('internal', 'The earlier version has other columns')
      if (isQuasi) alike.take(values)
      return narrow(typing.again(values))
    })
    alike.endChunk()
    staging.write(chunk, 0, typed)
  }
}

async function typeParts(
  { chunks, parts, columnsOfPart }: Aside,
  kept: readonly Kept[],
  alike: Equivalence,
  staging: Staging,
  before: number,
) {
  const take = takeAhead(staging, chunks * parts)
  for (let number = 0; number < chunks * parts; number += 1) {
    const first = (number % parts) * columnsOfPart
    const columns = unstage(await take(number))
    const some = kept.filter(({ position }) => position >= first && position < first + columnsOfPart)
    const typed = some.map(({ position, typing, isQuasi }) => {
      const column = columns[position - first]
      if (!column) throw new AppError('internal', 'A column of an import is gone')
      const values = typing.type(column)
      if (isQuasi) alike.take(values)
      // A copy: the next column writes over these.
      return narrow(values)
    })
    const lead = some[0]
    if (lead) staging.write(before + Math.floor(number / parts), lead.place, typed)
    if ((number + 1) % parts === 0) alike.endChunk()
  }
}

/** Takes parts one after the other, and asks for the next ones meanwhile. */
function takeAhead(staging: Staging, all: number) {
  const asked: Promise<Uint8Array | null>[] = []
  let next = 0
  return async function take(number: number): Promise<Uint8Array> {
    for (; next < all && next <= number + AHEAD; next += 1) asked.push(staging.take(next))
    const bytes = await asked.shift()
    if (!bytes) throw new AppError('internal', `Part ${number} of an import is gone`)
    return bytes
  }
}
