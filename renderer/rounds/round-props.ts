import type { RoundView } from '#contract/views.ts'

/** A round as the parts of its screen take it: names of its members by id, and which of them is us. */
export interface RoundProps {
  readonly round: RoundView
  readonly names: ReadonlyMap<string, string>
  readonly us: string | undefined
}
