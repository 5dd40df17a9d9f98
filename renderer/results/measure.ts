import type { Interval } from '#contract/figures.ts'
import { headlines, type Outcome } from '#domain/variable.ts'
import { behindNumber } from '../words/unit.ts'
import { format, words } from '../words/words.ts'

/** The first figure of an outcome as screens write it. */
export interface Measure {
  readonly key: (typeof headlines)[Outcome['task']]
  readonly name: string
  /** Behind a number; empty for a share. */
  readonly unit: string
  /** From 0 to 1, the more the better; otherwise a miss, the less the better. */
  readonly isShare: boolean
  /** A value without its unit. */
  write(value: number): string
  /** 0.88 (0.83–0.93); a dash where there is none. */
  interval(one: Interval | null): string
}

/** The figure by which models of this outcome are told apart. */
export function measureOf(outcome: Outcome): Measure {
  const key = headlines[outcome.task]
  const isShare = outcome.task !== 'regression'
  const write = (value: number) => (isShare ? format.two(value) : format.value(value))
  return {
    ...{ key, isShare, write },
    name: words.results[key],
    unit: outcome.task === 'regression' ? behindNumber(outcome.unit) : '',
    interval: (one) => (one ? `${write(one.value)} (${write(one.low)}–${write(one.high)})` : '–'),
  }
}
