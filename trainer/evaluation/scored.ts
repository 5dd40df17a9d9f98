/** Held-out rows under a model: what it says of them and what came. */
export interface Scored {
  /** Probabilities (one for each class where there are more than two), numbers in the outcome's unit, or risks up to the horizon. */
  readonly scores: Float64Array
  /** Labels, class indices, numbers, or times. */
  readonly labels: Float32Array
  /** Survival: log relative hazards, and 1 where the time is that of the event. Absent for other tasks. */
  readonly survival?: { readonly hazards: Float64Array; readonly events: Uint8Array }
}
