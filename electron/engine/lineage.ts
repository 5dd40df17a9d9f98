import { createHash } from 'node:crypto'
import { AppError } from '#domain/errors.ts'
import type { Fate } from '#domain/gate.ts'
import { standing, statisticsOf } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { getPrivateState } from '#store/private-states.ts'
import type { Past } from './histories.ts'
import type { Ports } from './ports.ts'

type Lineage = Pick<Ports, 'histories' | 'library' | 'shelf'>

/** 32 bytes for a study's first weights, the same at every member. */
export function initialSeedOf(study: Hash): Uint8Array {
  return createHash('sha256').update(`murmuration initial ${study}`).digest()
}

/** The training sums that lead to the model in force, oldest first: without those that were voted down or set aside. */
export function lineOf({ histories, library }: Pick<Ports, 'histories' | 'library'>, study: Hash) {
  const body = library.study(study)?.body
  return body ? standing(body, histories.of(study)).line : []
}

/** Rounds of training whose sums lead nowhere, and why, oldest first. */
export function fallenIn(
  { histories, library }: Pick<Ports, 'histories' | 'library'>,
  study: Hash,
): ReadonlyMap<number, Fate> {
  const body = library.study(study)?.body
  const fallen = body ? standing(body, histories.of(study)).fallen : []
  return new Map(fallen.map(({ sum, fate }) => [sum.round, fate]))
}

/** Rounds whose sums have this fate. */
export function roundsThat(fallen: ReadonlyMap<number, Fate>, fate: Fate): number[] {
  return [...fallen].flatMap(([round, its]) => (its === fate ? [round] : [])).toSorted((a, b) => a - b)
}

/** The model in force: the latest that was not voted down or set aside; null before the first. */
export function modelOf(ports: Pick<Ports, 'histories' | 'library'>, study: Hash): Hash | null {
  return lineOf(ports, study).at(-1)?.artefact ?? null
}

/** The statistics that a study rests on: its own, or those of an earlier version; null before any. */
export function statisticsIn(
  { histories, library }: Pick<Ports, 'histories' | 'library'>,
  study: Hash,
): Hash | null {
  const body = library.study(study)?.body
  return body ? (statisticsOf(body, histories.of(study))?.artefact ?? null) : null
}

/** Bytes of an artefact of ours; throws 'not-found' where they are not on the shelf. */
export function bytesOf({ shelf }: Pick<Ports, 'shelf'>, hash: Hash): Uint8Array {
  const bytes = shelf.get(hash)
  if (!bytes) throw new AppError('not-found', `The artefact ${hash} is not on the shelf`)
  return bytes
}

/** What a round starts from: the agreed statistics, and a model where there is one (the one in force unless another is named). */
export function artefactsOf(ports: Lineage, study: Hash, named?: Hash | null) {
  const { statistics, model } = startHashes(ports, study, named)
  const take = (hash: Hash | null) => (hash === null ? null : bytesOf(ports, hash))
  return { statistics: take(statistics), model: take(model) }
}

/** The same to look at; null before the statistics, and while bytes of either have not arrived. */
export function artefactsHere({ shelf, ...ports }: Lineage, study: Hash, named?: Hash | null) {
  const { statistics, model } = startHashes(ports, study, named)
  const known = statistics === null ? null : shelf.get(statistics)
  const base = model === null ? null : shelf.get(model)
  return known && (model === null || base) ? { statistics: known, model: base } : null
}

function startHashes(ports: Omit<Lineage, 'shelf'>, study: Hash, named?: Hash | null) {
  const statistics = statisticsIn(ports, study)
  const base = named === undefined ? modelOf(ports, study) : named
  return { statistics, model: base === statistics ? null : base }
}

/** What we keep to ourselves between rounds, and the model that the round of it led to: both null before any. */
export interface OwnState {
  readonly privateState: Uint8Array | null
  readonly after: Uint8Array | null
}

/** Our private state under a model: as the last training sum on the way to it left it that we were in, of this version or one before. */
export function ownStateOf(
  ports: Lineage & Pick<Ports, 'db' | 'signer'>,
  study: Hash,
  model: Hash | null = modelOf(ports, study),
): OwnState {
  const body = ports.library.study(study)?.body
  return body ? ownStateIn(ports, { id: study, body, decided: ports.histories.of(study) }, model) : NONE
}

const NONE: OwnState = { privateState: null, after: null }

interface Version {
  readonly id: Hash
  readonly body: Study
  readonly decided: readonly Past[]
}

function ownStateIn(
  ports: Lineage & Pick<Ports, 'db' | 'signer'>,
  version: Version,
  model: Hash | null,
): OwnState {
  const { id, body, decided } = version
  const { line } = standing(body, decided)
  const way = line.slice(0, line.findIndex((one) => one.artefact === model) + 1)
  const past = new Map(decided.map((one): [number, Past] => [one.round, one]))
  const ours = way.findLast((one) => past.get(one.round)?.members.includes(ports.signer.id))
  if (ours) {
    const privateState = getPrivateState(ports.db, id, ours.round)
    return { privateState, after: privateState ? bytesOf(ports, ours.artefact) : null }
  }
  const before = way.length > 0 ? startOf(ports, version) : null
  return before ? ownStateIn(ports, before, before.model) : NONE
}

/** The version that another goes on from, as it stood then: it may have gone on by itself. */
function startOf({ library, histories }: Lineage, { body: { start, previous } }: Version) {
  const study = previous && library.study(previous)
  if (!study || !start?.model) return null
  const { id, body } = study
  return { id, body, decided: histories.of(id).slice(0, start.after), model: start.model.artefact }
}
