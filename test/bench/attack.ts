/** What one attack got. */
export interface Loot {
  /** In one sentence with figures: what was tried, how often, and what the attacker has now. */
  readonly got: string
  /** Whether it got anything that it must not: the bench then fails. */
  readonly failed: boolean
  /** Why it could not run here, such as data that are not beside this checkout. It counts as neither. */
  readonly skipped?: string
}

/** A row of the table of attacks (or part of one). Each file of `attacks/` exports one as `attack`. */
export interface Attack {
  /** Row of the table: 1 to 13. */
  readonly row: number
  /** What the attacker is and does. */
  readonly about: string
  /** Attacks real engines or the real trainer. `quick` takes seconds and tries the same in short. Never leaves anything running. */
  run(options: { readonly quick: boolean }): Promise<Loot>
}
