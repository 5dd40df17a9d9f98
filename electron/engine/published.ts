import type { Input } from '#contract/calls.ts'
import type { Interval, MemberFigures, OwnFigures } from '#contract/figures.ts'
import type { FiguresView } from '#contract/views.ts'
import type { Document, Figures } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { ofKind } from '#network/rounds/record.ts'
import { publish } from './author.ts'
import type { Ports } from './ports.ts'

/** What is known here of our own held-out patients under one model. */
export interface Known {
  readonly shared: FiguresView | null
  readonly intervals: { readonly alone: Spread; readonly shared: Spread } | null
}
interface Spread {
  readonly auc: Interval | null
}

/** A hospital of fewer patients with the outcome, or without it, publishes nothing: its figures would be about a few. */
const FEWEST = 10
const ROWS_STEP = 10

/** What a member says to all others of its own held-out patients, by a person's decision and never by itself. */
export function createPublished(
  ports: Pick<Ports, 'db' | 'library' | 'sign' | 'spread' | 'announce' | 'signer' | 'clock' | 'name'>,
) {
  const { library, signer, clock, announce } = ports

  /** The last figures that each member published of a model. */
  function publishedOf(study: Hash, model: Hash | null): Map<string, Figures> {
    const all = ofKind(library.ofRound(study, 0), 'figures')
      .filter(({ body }) => body.model === model)
      .toSorted((a, b) => a.body.publishedAt - b.body.publishedAt)
    return new Map(all.map(({ author, body }) => [author, body]))
  }

  /** Members with what they published, ours first of all as we know it ourselves. */
  function members(study: Hash, model: Hash | null, known: Known): MemberFigures[] {
    const published = publishedOf(study, model)
    const offer = offerOf(known)
    const lines = [...published].map(([id, { rows, alone, shared }]) => ({
      ...{ id, rows, alone, shared, published: true },
    }))
    if (published.has(signer.id) || !offer) return lines
    return [{ id: signer.id, ...offer, published: false }, ...lines]
  }

  /** Signs our figures for all members. Throws 'rows-too-few', or 'text-changed' when the model is no longer the latest. */
  function send(study: Document<Study>, latest: Hash | null, known: Known, input: Input<'results.publish'>) {
    const offer = offerOf(known)
    if (input.model !== latest) throw new AppError('text-changed', 'There is a newer model')
    if (!offer) throw new AppError('rows-too-few', 'Too few patients to publish figures of them')
    const now = clock.now()
    if (now >= study.body.expiresAt) throw new AppError('study-ended', 'The study is over')
    const { model, decidedBy } = input
    const body: Figures = {
      ...{ kind: 'figures', study: study.id, model, ...offer, publishedAt: now, publishedBy: decidedBy },
    }
    publish(ports, body, { time: now, actor: decidedBy.name, action: 'figures-published', outcome: 'done' })
    announce({ event: 'studies.changed', study: study.id })
  }

  return { members, send }
}

/** Exactly what would be published: rounded, and no figure of fewer than ten patients with or without the outcome. */
export function offerOf({ shared, intervals }: Known): OwnFigures | null {
  if (!shared || !intervals || shared.events === null) return null
  if (shared.events < FEWEST || shared.rows - shared.events < FEWEST) return null
  const rows = Math.round(shared.rows / ROWS_STEP) * ROWS_STEP
  return { rows, alone: rounded(intervals.alone.auc), shared: rounded(intervals.shared.auc) }
}

/** Two digits; the interval becomes no narrower by it. */
function rounded(one: Interval | null): Interval | null {
  if (!one) return null
  const { value, low, high } = one
  return {
    value: Math.round(value * 100) / 100,
    low: Math.floor(low * 100) / 100,
    high: Math.ceil(high * 100) / 100,
  }
}
