/** A seeded stream of sample values, the same on every machine. For synthetic data only, never for keys. */
export interface Draw {
  /** Uniform in [0, 1). */
  uniform(): number
  normal(mean: number, sd: number): number
  chance(probability: number): boolean
  /** One of the options, with these weights. */
  pick<T>(options: readonly (readonly [T, number])[]): T
}

/** Draws from mulberry32 (T. Ettinger, public domain): 32 bits of state, enough for a few thousand sample rows. */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0
  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  /** Box and Muller 1958. */
  function normal(mean: number, sd: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    return mean + sd * radius * Math.cos(2 * Math.PI * uniform())
  }
  function pick<T>(options: readonly (readonly [T, number])[]): T {
    let left = uniform() * options.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [option, weight] of options) {
      left -= weight
      if (left < 0) return option
    }
    const last = options.at(-1)
    if (!last) throw new RangeError('Nothing to pick from')
    return last[0]
  }
  return { uniform, normal, chance: (probability) => uniform() < probability, pick }
}
