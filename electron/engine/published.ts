import type { Input } from '#contract/calls.ts'
import type { Interval, MemberFigures, OwnFigures } from '#contract/figures.ts'
import type { FiguresView, ResultsView } from '#contract/views.ts'
import type { Document, Figures } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import { FEWEST_CASES_PUBLISHED, FEWEST_PUBLISHED } from '#domain/floors.ts'
import type { Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { headlines, type Outcome } from '#domain/variable.ts'
import { ofKind } from '#network/rounds/record.ts'
import { publish } from './author.ts'
import type { Ports } from './ports.ts'

/** What is known here of our own held-out patients under one model. */
export interface Known {
  readonly outcome: Outcome
  readonly shared: FiguresView | null
  readonly intervals: { readonly alone: Spread; readonly shared: Spread } | null
}
type Spread = NonNullable<ResultsView['intervals']>['shared']

const ROWS_STEP = 10

/** What a member says to all others of its own held-out patients, by a person's decision and never by itself. */
export function createPublished(
  ports: Pick<
    Ports,
    'db' | 'library' | 'sign' | 'spread' | 'sealLog' | 'announce' | 'signer' | 'clock' | 'name'
  >,
) {
  const { library, signer, clock, announce } = ports

  /** The last figures that each member published of a model. */
  function publishedOf(study: Hash, model: Hash | null, outcome: Outcome): Map<string, Figures> {
    const all = ofKind(library.ofRound(study, 0), 'figures')
      .filter(({ body }) => body.model === model && fits(outcome, body))
      .toSorted((a, b) => a.body.publishedAt - b.body.publishedAt)
    return new Map(all.map(({ author, body }) => [author, body]))
  }

  /** Members with what they published, ours first of all as we know it ourselves. */
  function members(study: Hash, model: Hash | null, known: Known): MemberFigures[] {
    const published = publishedOf(study, model, known.outcome)
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

/** Whether a figure can be one of this outcome: shares are at most 1. */
function fits({ task }: Outcome, { alone, shared }: Figures): boolean {
  return task === 'regression' || [alone, shared].every((one) => one === null || one.high <= 1)
}

/** Exactly what would be published: the first figure of the outcome, rounded; null where it would be about a few patients. */
export function offerOf({ outcome, shared, intervals }: Known): OwnFigures | null {
  if (!shared || !intervals || isOfFew(shared)) return null
  const rows = Math.round(shared.rows / ROWS_STEP) * ROWS_STEP
  const main = headlines[outcome.task]
  const told = (one: Interval | null | undefined) =>
    one ? rounded(one, outcome.task === 'regression' ? stepOf(one.high) : 0.01) : null
  return { rows, alone: told(intervals.alone[main]), shared: told(intervals.shared[main]) }
}

function isOfFew({ rows, events }: FiguresView): boolean {
  return events === null ? rows < FEWEST_PUBLISHED : Math.min(events, rows - events) < FEWEST_CASES_PUBLISHED
}

/** The step of the third digit that counts. */
function stepOf(value: number): number {
  return value > 0 ? 10 ** (Math.floor(Math.log10(value)) - 2) : 0.01
}

/** To whole steps; the interval becomes no narrower by it. */
function rounded({ value, low, high }: Interval, step: number): Interval {
  const at = (steps: number) => Number((steps * step).toPrecision(12))
  return {
    value: at(Math.round(value / step)),
    low: at(Math.floor(low / step)),
    high: at(Math.ceil(high / step)),
  }
}
