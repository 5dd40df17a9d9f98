import type { RoundKind } from '#domain/round.ts'
import { createFormat } from '../format.ts'

/** What happened, what it means for the data, and what to do. */
export interface Trouble {
  readonly what: string
  readonly data: string
  readonly todo: string
}

export const f = createFormat('en-GB')
export const many = (n: number, one: string, more: string) => `${f.count(n)} ${n === 1 ? one : more}`
export const kinds = {
  statistics: 'Statistics',
  training: 'Training',
  evaluation: 'Evaluation',
} satisfies Record<RoundKind, string>
export const nothing = 'Nothing was lost and nothing left this hospital.'
export const unchanged = 'Nothing was changed and nothing left this hospital.'
