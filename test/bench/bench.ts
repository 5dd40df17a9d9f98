/** What a bench measured: a name with its unit, and the figure. */
export type Figures = Readonly<Record<string, number | string>>

/** A bench of its own name. Each stands in a file of its own, benches/<name>.ts, that exports it as `bench`. */
export interface Bench {
  readonly about: string
  /** Measures; `quick` takes a few seconds and proves that it still runs. */
  run(options: { readonly quick: boolean }): Promise<Figures>
}

/** The value below which so many of a hundred values lie (nearest rank). */
export function percentile(values: readonly number[], hundred: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((hundred / 100) * sorted.length) - 1)] ?? NaN
}
