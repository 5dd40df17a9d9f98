import type { Plan } from '#domain/plan.ts'
import type { EngineName } from './compute/backends.ts'
import type { Measured } from './compute/calibration.ts'
import type { Card } from './compute/card.ts'
import type { CalibrationBin, RocPoint } from './metrics/curves.ts'
import type { Interval } from './metrics/intervals.ts'
import type { Worth } from './metrics/worth.ts'
import type { Outcome, Variable } from '#domain/variable.ts'
import type { SearchResult } from './plans/search.ts'
import type { Drift } from './statistics/drift.ts'
import type { Judged } from './training/stopping.ts'
import type { Rules } from '#domain/study.ts'

/** What a study asks of the trainer: the declared part of it, no names and no members. */
export interface Task {
  readonly variables: readonly Variable[]
  readonly outcome: Outcome
  readonly plan: Plan
  readonly rules: Pick<Rules, 'minimumRows' | 'weightBands'>
}

/**
 * A dataset version as a study sees it, after mapping and before encoding. One array per study variable, NaN for missing:
 * numbers in the study's unit, categories as their index in the study's list (its length for an unlisted value),
 * booleans as 0 and 1. Outcomes: 0/1, class index, number, or survival time with `event` 0/1.
 */
export interface Table {
  readonly columns: readonly Float32Array[]
  readonly outcome: Float32Array
  readonly event: Uint8Array | null
  /** 1 for rows held out for judging, 0 for training rows. */
  readonly heldOut: Uint8Array
  /** Of whom each row is, where known: rows of equal number are of one patient. Never leaves. */
  readonly patients?: Float64Array
  /** Subgroup values by name, as small integer codes, for local reports. */
  readonly subgroups: readonly {
    readonly name: string
    readonly labels: readonly string[]
    readonly codes: Uint8Array
  }[]
}

/** Rows that a study can use, after the rule for missing values. */
export interface RowCounts {
  readonly train: number
  readonly test: number
  readonly excluded: number
  /** Training rows with the outcome (binary, survival), or null. */
  readonly events: number | null
}

/** Private state of this hospital between rounds (private intercept, head, control variates): never leaves. */
export type PrivateState = Uint8Array

/** Scores of a model on held-out rows. */
export interface Figures {
  readonly rows: number
  readonly events: number | null
  readonly auc: number | null
  readonly logLoss: number | null
  readonly brier: number | null
  readonly accuracy: number | null
  /** Regression, in the outcome's unit (squared for mse). Absent for other tasks. */
  readonly mse?: number | null
  readonly mae?: number | null
  readonly r2?: number | null
  /** Survival: the share of comparable pairs within hospitals that are in the right order. Absent for other tasks. */
  readonly cIndex?: number | null
}

/** 95% intervals; absent or null where the rows do not show them. */
export interface Intervals {
  readonly auc: Interval | null
  readonly logLoss: Interval | null
  readonly brier: Interval | null
  readonly accuracy?: Interval | null
  readonly mse?: Interval | null
  readonly mae?: Interval | null
  readonly r2?: Interval | null
  readonly cIndex?: Interval | null
}

/** The first figure of both models in one group of held-out rows. */
export interface SubgroupJudgement {
  readonly name: string
  readonly label: string
  readonly rows: number
  /** Rows with the outcome; null where it is no event. */
  readonly events: number | null
  readonly alone: Interval | null
  readonly shared: Interval | null
}

/** Two models beside each other on the same held-out rows, for this hospital's own eyes. */
export interface Judgement {
  readonly intervals: { readonly alone: Intervals; readonly shared: Intervals }
  /** The first figure of the outcome, shared minus alone, paired over the same rows. */
  readonly difference: Interval | null
  /** Whether the shared model is worth it here; null where too few rows would tell. */
  readonly worth: Worth | null
  readonly roc: { readonly alone: readonly RocPoint[]; readonly shared: readonly RocPoint[] }
  readonly calibration: {
    readonly alone: readonly CalibrationBin[]
    readonly shared: readonly CalibrationBin[]
  }
  readonly subgroups: readonly SubgroupJudgement[]
}

/** What a contribution job returns. `values` are multiplied by the weight already; `loss` is this member's own, for its screen. */
export interface ContributionResult {
  readonly values: Float64Array
  readonly privateState: PrivateState | null
  readonly loss: number | null
  readonly clipped: number
  /** The engine that computed it; null for sums over rows, which need none. */
  readonly engine: string | null
}

/** Held-out rows under a model, for local reports. */
export interface Held {
  readonly figures: Figures
  /** Probabilities (one for each class where there are more than two), numbers, or risks up to the horizon; row after row. */
  readonly scores: Float32Array
  /** Labels, class indices, numbers, or times. */
  readonly labels: Float32Array
  /** Survival: 1 where the time is that of the event. Absent for other tasks. */
  readonly events?: Uint8Array
}

/** What a person may fix about computing. Null or absent: the trainer measures and decides. */
export interface ComputeWish {
  readonly engine?: EngineName | null
  /** The most threads that a step takes. For the native TensorFlow it counts from when its library is first loaded. */
  readonly threads?: number | null
  /** After a crash: our own passes alone, which no driver can bring down. */
  readonly isCareful?: boolean
}

/** Which engine computes, and why. */
export interface EngineReport {
  readonly backend: string
  readonly reason: string
  readonly available: readonly string[]
  /** Why the others are not here, a sentence for each. */
  readonly missing?: readonly string[]
  /** The graphics card, where one was found. */
  readonly card?: Card | null
  /** Milliseconds of a training step of this study's own shape, where engines were measured. */
  readonly measured?: readonly Measured[]
  /** How many threads this machine runs at once. */
  readonly threads: number
  /** What happened since: a card that was lost or full, for the screen. */
  readonly notices?: readonly string[]
}

/** Everything that may be asked of the trainer's process. Inputs and outputs travel by structured clone. */
export interface Jobs {
  /** Which engine is used and why. */
  describe: {
    /** With a key: for the table loaded under it. */
    input: { key?: string; compute?: ComputeWish } | null
    output: EngineReport
  }
  /** Encodes a table once and keeps it under a key until the process ends or `forget`. */
  load: { input: { key: string; task: Task; table: Table; compute?: ComputeWish }; output: RowCounts }
  forget: { input: { key: string }; output: null }
  statistics: { input: { key: string }; output: ContributionResult }
  train: {
    input: {
      key: string
      weight: number
      /** Statistics artefact, and the training artefact to start from (null at first: initialised from the seed). */
      statistics: Uint8Array
      base: Uint8Array | null
      /** 32 bytes, the same at all members, for the first weights. */
      initialSeed: Uint8Array
      /** 32 bytes of this member alone, for its minibatches. */
      batchSeed: Uint8Array
      privateState: PrivateState | null
      /** The training artefact that the round of `privateState` led to; needed with control variates where `base` is a later one. */
      after?: Uint8Array | null
    }
    output: ContributionResult
  }
  evaluate: {
    input: {
      key: string
      statistics: Uint8Array
      base: Uint8Array
      privateState: PrivateState | null
      /** The model that `alone` returned; where absent, the one this process last trained alone, else one is trained. */
      alone?: Uint8Array | null
    }
    output: ContributionResult & { figures: Figures }
  }
  /** The best model of the study's kind that own rows give by themselves: what the shared model is compared with. */
  alone: {
    input: { key: string; initialSeed: Uint8Array; batchSeed: Uint8Array }
    output: Held & { model: Uint8Array }
  }
  /** Scores and labels of held-out rows under the shared model, for local reports and rehearsals only. */
  score: {
    input: { key: string; statistics: Uint8Array; base: Uint8Array; privateState: PrivateState | null }
    output: Held
  }
  /** Is the model `after` better for us than `before`? By the losses of our held-out rows, with an eye on chance. */
  vote: {
    input: {
      key: string
      statistics: Uint8Array
      /** Null for the untrained model, drawn from the seed. */
      before: Uint8Array | null
      after: Uint8Array
      privateState: PrivateState | null
      initialSeed: Uint8Array
    }
    output: Judged
  }
  /** The shared model fitted further to our own training rows. `passes` is 0 where that was no use. It stays here. */
  tune: {
    input: {
      key: string
      statistics: Uint8Array
      base: Uint8Array
      privateState: PrivateState | null
      batchSeed: Uint8Array
    }
    output: Held & { passes: number; params: Float64Array }
  }
  /** How our training rows lie against all others', feature by feature. For our own eyes. */
  drift: { input: { key: string; statistics: Uint8Array }; output: readonly Drift[] }
  /** Looks for a plan on our own training rows before a study is proposed, for so many milliseconds at most. */
  search: {
    input: { key: string; seed: Uint8Array; milliseconds: number; totalRows: number }
    output: SearchResult
  }
  /** The shared model beside the one that `alone` returned: intervals, curves and subgroups, for local reports only. */
  judge: {
    input: {
      key: string
      statistics: Uint8Array
      base: Uint8Array
      privateState: PrivateState | null
      alone: Uint8Array
    }
    output: Judgement
  }
}

export type JobName = keyof Jobs
