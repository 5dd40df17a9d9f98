import type { Interval } from '#contract/figures.ts'
import { format } from '../words/words.ts'

/** 0.88 (0.83–0.93); a dash where there is none. */
export function interval(one: Interval | null): string {
  return one ? `${format.two(one.value)} (${format.two(one.low)}–${format.two(one.high)})` : '–'
}
