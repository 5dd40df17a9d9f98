import type { Targets } from '#trainer/models/head.ts'

/** Pieces of equal length between 0 and the horizon, in each of which the baseline hazard is taken as constant. */
export const BASELINE_PIECES = 10

/** A log hazard beyond this is cut off where exposures are added up. */
const LARGEST_LOG_HAZARD = 20

/** Events and exposure (time at risk times relative hazard, in horizons) in each piece. */
export interface Exposure {
  readonly events: Float64Array
  readonly exposure: Float64Array
}

/** Adds up one hospital's rows under a model's log hazards. */
export function exposureOf(outputs: Float64Array, { values, events }: Targets, horizon: number): Exposure {
  const found = { events: new Float64Array(BASELINE_PIECES), exposure: new Float64Array(BASELINE_PIECES) }
  for (let row = 0; row < values.length; row++) {
    const time = (values[row] ?? 0) / horizon
    const relative = Math.exp(Math.min(LARGEST_LOG_HAZARD, outputs[row] ?? 0))
    for (let piece = 0; piece < BASELINE_PIECES; piece++) {
      found.exposure[piece] = (found.exposure[piece] ?? 0) + relative * spentIn(piece, time)
    }
    if (!events?.[row] || time > 1) continue
    const piece = Math.min(BASELINE_PIECES - 1, Math.floor(time * BASELINE_PIECES))
    found.events[piece] = (found.events[piece] ?? 0) + 1
  }
  return found
}

function spentIn(piece: number, time: number): number {
  return Math.min(1, Math.max(0, time * BASELINE_PIECES - piece)) / BASELINE_PIECES
}

/** Hazard rates per horizon, one for each piece, from summed events and exposures; 0 where nobody was at risk. + - * / alone. */
export function ratesOf(events: Float64Array, exposure: Float64Array): Float64Array {
  return Float64Array.from(events, (count, piece) => {
    const time = exposure[piece] ?? 0
    return time > 0 ? Math.max(0, count) / time : 0
  })
}

/** Cumulative baseline hazard up to the horizon. */
export function hazardOf(rates: Float64Array): number {
  return rates.reduce((sum, rate) => sum + rate / BASELINE_PIECES, 0)
}

/**
 * A hospital's own factor on all hazards: its observed events over those expected under the shared rates, both with one
 * imagined event added, so that few events say little. The counterpart of a private intercept (a gamma prior of mean 1).
 */
export function frailtyOf({ events, exposure }: Exposure, rates: Float64Array): number {
  let [observed, expected] = [1, 1]
  events.forEach((count, piece) => {
    observed += count
    expected += (exposure[piece] ?? 0) * (rates[piece] ?? 0)
  })
  return observed / expected
}
