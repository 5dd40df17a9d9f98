import * as v from 'valibot'
import { errorCodes } from '#domain/errors.ts'
import { Count, InstitutionId, Name, Text } from '#domain/values.ts'

/** A figure with the 95% interval that it lies in. */
export const Interval = v.strictObject({ value: v.number(), low: v.number(), high: v.number() })
export type Interval = v.InferOutput<typeof Interval>

const figure = v.nullable(Interval)
const more = v.exactOptional(figure)
/** Null or absent where the rows, or the sum over hospitals, do not show how sure a figure is. */
const IntervalSet = v.strictObject({
  ...{ auc: figure, logLoss: figure, brier: figure },
  ...{ accuracy: more, mae: more, mse: more, r2: more, cIndex: more },
})

/** A point of a ROC curve: false and true positive rate, both 0 to 1, ascending. */
export const RocPoint = v.strictObject({ fpr: v.number(), tpr: v.number() })
export type RocPoint = v.InferOutput<typeof RocPoint>

/** A bin of a calibration curve: mean predicted risk, observed share with its interval, and how many rows. */
export const CalibrationBin = v.strictObject({
  predicted: v.number(),
  observed: v.number(),
  low: v.number(),
  high: v.number(),
  rows: Count(0, 1e9),
})
export type CalibrationBin = v.InferOutput<typeof CalibrationBin>

/** The first figure of the outcome, alone and shared, for a group of our own held-out patients. */
export const SubgroupFigures = v.strictObject({
  name: Name,
  label: Text(200),
  rows: Count(0, 1e9),
  /** Null where the outcome is no event. */
  events: v.nullable(Count(0, 1e9)),
  alone: figure,
  shared: figure,
})
export type SubgroupFigures = v.InferOutput<typeof SubgroupFigures>

/** What the shared model is worth to us: paired over our own held-out patients, a plus in its favour. */
export const WorthView = v.strictObject({
  measure: v.picklist(['logLoss', 'mae', 'cIndex']),
  gain: Interval,
  verdict: v.picklist(['gain', 'none', 'harm']),
})
export type WorthView = v.InferOutput<typeof WorthView>

/** What a member published of its own held-out patients: the first figure of the outcome. */
export const MemberFigures = v.strictObject({
  id: InstitutionId,
  rows: v.nullable(Count(0, 1e9)),
  alone: figure,
  shared: figure,
  /** False for ours while only we know them. */
  published: v.boolean(),
})
export type MemberFigures = v.InferOutput<typeof MemberFigures>

/** What of ours would be published, exactly: patients in tens, figures of two or three digits. */
export const OwnFigures = v.strictObject({ rows: Count(0, 1e9), alone: figure, shared: figure })
export type OwnFigures = v.InferOutput<typeof OwnFigures>

const both = <Item extends v.GenericSchema>(item: Item) =>
  v.strictObject({
    alone: v.pipe(v.array(item), v.maxLength(1000)),
    shared: v.pipe(v.array(item), v.maxLength(1000)),
  })

/** The detail behind a result; each part is absent where the engine does not compute it. */
export const resultDetail = {
  intervals: v.optional(
    v.strictObject({
      alone: IntervalSet,
      shared: IntervalSet,
      overall: IntervalSet,
      overallAlone: v.exactOptional(IntervalSet),
    }),
  ),
  /** The first figure of the outcome, shared minus alone, paired over the same patients. */
  difference: v.optional(figure),
  /** Null where too few held-out patients of ours would tell. */
  worth: v.optional(v.nullable(WorthView)),
  roc: v.optional(both(RocPoint)),
  calibration: v.optional(both(CalibrationBin)),
  subgroups: v.optional(v.pipe(v.array(SubgroupFigures), v.maxLength(200))),
  members: v.optional(v.pipe(v.array(MemberFigures), v.maxLength(50))),
  /** Null where our figures would be about a few patients. */
  offer: v.optional(v.nullable(OwnFigures)),
  /** Rounds whose models were set aside: training went back to the best model, and they came after it. */
  setAside: v.optional(v.pipe(v.array(Count(1, 20_000)), v.maxLength(20_000))),
  /** Rounds whose models most members found worse. */
  rolledBack: v.optional(v.pipe(v.array(Count(1, 20_000)), v.maxLength(20_000))),
  /** Whether training ended before its last round, because it no longer helped: by the members' votes, or by these and the loss. */
  stoppedEarly: v.optional(v.boolean()),
}

/** The detail of a round under way; absent where the engine does not follow it. */
export const roundDetail = {
  /** When the time of this phase runs out, on our own clock. */
  deadline: v.optional(v.nullable(Count(0, 8.64e15))),
  /** Without whom no sum is allowed, and when the study ends for want of them. */
  needs: v.optional(
    v.nullable(
      v.strictObject({
        ids: v.pipe(v.array(InstitutionId), v.minLength(1), v.maxLength(50)),
        until: Count(0, 8.64e15),
      }),
    ),
  ),
  /** Whose masked contribution we hold in this attempt. */
  arrived: v.optional(v.pipe(v.array(InstitutionId), v.maxLength(50))),
  /** Why we could not compute our part of the round under way. */
  trouble: v.optional(v.nullable(v.picklist(errorCodes))),
  /** How many of our values were clipped to the bound. */
  clipped: v.optional(v.nullable(Count(0, 1e9))),
  /** The engine of our trainer that computed our contribution. */
  engine: v.optional(v.nullable(Text(40))),
  /** Training: who found the model better or worse than the best so far; absent in a study without votes. */
  votes: v.optional(
    v.pipe(
      v.array(v.strictObject({ id: InstitutionId, vote: v.picklist(['better', 'same', 'worse']) })),
      v.maxLength(50),
    ),
  ),
  /** Whether most of its members found its model worse: nothing goes on from it. */
  rolledBack: v.optional(v.boolean()),
  /** Whether training went back to the best model before it, though it was not voted down itself. */
  setAside: v.optional(v.boolean()),
}

/** Parts of the consent page beyond the signed text; absent where the engine does not know them. */
export const consentDetail = {
  asker: v.optional(
    v.strictObject({ id: InstitutionId, name: Text(120), confirmedAt: v.nullable(Count(0, 8.64e15)) }),
  ),
  /** The smallest class or subgroup of ours after exclusions. */
  smallestGroup: v.optional(v.nullable(Count(0, 1e9))),
  /** What is different from the version we approved before; null when this is the first request. */
  changes: v.optional(
    v.nullable(
      v.strictObject({ since: Count(0, 8.64e15), lines: v.pipe(v.array(Text(400)), v.maxLength(50)) }),
    ),
  ),
  /** The first values of our next contribution and the masked words that would leave. */
  preview: v.optional(
    v.nullable(
      v.strictObject({
        meaning: v.pipe(v.array(v.strictObject({ name: Text(200), value: v.number() })), v.maxLength(8)),
        masked: v.pipe(v.array(Text(40)), v.maxLength(8)),
      }),
    ),
  ),
  /** How many other members must join their secrets to see ours. */
  collude: v.optional(Count(0, 50)),
}
