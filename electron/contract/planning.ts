import * as v from 'valibot'
import { DatasetId, OutcomeSource } from '#domain/dataset.ts'
import { errorCodes } from '#domain/errors.ts'
import { Plan } from '#domain/plan.ts'
import { Study } from '#domain/study.ts'
import { Count, Hash, Name, Text } from '#domain/values.ts'

/** Fewer patients than this are shown as so few, not as how many. */
export const FEWEST_SHOWN = 10

const number = v.nullable(v.number())
/** A count; null where it is under `FEWEST_SHOWN` and not 0. */
const Shown = v.nullable(Count(0, 1e9))

/** One variable over all hospitals' training rows. */
const Described = v.strictObject({
  name: Name,
  unit: v.nullable(Text(40)),
  /** Absent where the study does not count rows without a value. */
  missing: v.exactOptional(Shown),
  mean: number,
  sd: number,
  quartiles: v.nullable(v.tuple([v.number(), v.number(), v.number()])),
  levels: v.pipe(v.array(v.strictObject({ name: Text(420), rows: Shown })), v.maxLength(201)),
})

/** How a feature of ours, the coding of a variable or the outcome lies against all others together. For our own eyes. */
export const DriftLine = v.strictObject({
  name: Text(420),
  /** The variable of the study, or its outcome. */
  variable: Name,
  ours: number,
  others: number,
  /** In the others' standard deviations. */
  difference: number,
  /** Share of our values outside the declared range. */
  outside: v.number(),
  finding: v.picklist(['none', 'shifted', 'unit', 'coding', 'rate', 'direction']),
  /** By how much our unit seems to differ. */
  factor: number,
})
export type DriftLine = v.InferOutput<typeof DriftLine>

/** What the statistics round opened: "Table 1" of all hospitals, and where ours is unlike the others. */
export const StatisticsView = v.strictObject({
  rows: Count(0, 1e9),
  variables: v.pipe(v.array(Described), v.maxLength(20_000)),
  outcome: v.array(v.strictObject({ name: Text(420), mean: v.number(), sd: v.number() })),
  /** Null where we have no data for the study, and while they are compared. */
  drift: v.nullable(v.pipe(v.array(DriftLine), v.maxLength(100_000))),
  /** Whether our rows are being compared now: 'studies.changed' says when it is done. */
  comparing: v.boolean(),
})
export type StatisticsView = v.InferOutput<typeof StatisticsView>

const { variables, outcome, plan, rules } = Study.entries

/** A plan with a sentence on each choice in it. */
export const ChosenPlan = v.strictObject({ plan: Plan, reasons: v.array(Text(400)) })
export type ChosenPlan = v.InferOutput<typeof ChosenPlan>

/** A search for a plan on our own rows: under way, or what it came to. */
export const PlanSearch = v.strictObject({
  state: v.picklist(['searching', 'found', 'failed', 'cancelled']),
  done: v.number(),
  of: v.number(),
  found: v.nullable(
    v.strictObject({
      ...ChosenPlan.entries,
      tried: Count(0, 1000),
      finished: v.boolean(),
      rows: Count(0, 1e9),
    }),
  ),
  error: v.nullable(v.picklist(errorCodes)),
  /** What keeps our columns from being read as the study's variables. */
  detail: Text(400),
})
export type PlanSearch = v.InferOutput<typeof PlanSearch>

/** A variable to start from; without a range where none is known that every patient's value lies in. */
const VariableDraft = v.strictObject({
  type: v.picklist(['number', 'category', 'boolean']),
  name: Name,
  unit: v.nullable(Text(40)),
  low: number,
  high: number,
  categories: v.pipe(v.array(Text(200)), v.maxLength(200)),
})
export type VariableDraft = v.InferOutput<typeof VariableDraft>

/** Variables like a table's columns, without a value of a patient, and the columns that cannot be one. */
export const VariableDrafts = v.strictObject({
  variables: v.pipe(v.array(VariableDraft), v.maxLength(20_000)),
  leftOut: v.pipe(v.array(Name), v.maxLength(20_000)),
})
export type VariableDrafts = v.InferOutput<typeof VariableDrafts>

/** Calls before a study is proposed, and on what its statistics said. */
export const planningCalls = {
  /** Variables like the columns of a dataset of ours but for the outcome: nothing in them comes from a patient. */
  'plans.variables': {
    input: v.strictObject({ dataset: DatasetId, outcome: Text(200) }),
    output: VariableDrafts,
  },
  /** A sensible plan by rule; `rows` are those of a usual hospital. */
  'plans.choose': {
    input: v.strictObject({ variables, outcome, hospitals: Count(1, 50), rows: Count(1, 1e9) }),
    output: ChosenPlan,
  },
  /** What hospitals ask of an exact fit of these variables: training rows of all together, and variables that are not too coarse. */
  'plans.asked': {
    input: v.strictObject({ variables, outcome, penalty: v.picklist(['none', 'ridge']) }),
    output: v.strictObject({ rows: Count(1, 1e12), coarse: v.boolean() }),
  },
  /** Starts a search by successive halving on a dataset of ours. 'busy' while one is under way. */
  'plans.search': {
    input: v.strictObject({
      ...{ variables, outcome, plan, rules },
      dataset: DatasetId,
      /** How the outcome is read; where it is null, as columns' names and values suggest. */
      source: v.nullable(OutcomeSource),
      hospitals: Count(1, 50),
      seconds: Count(1, 3600),
    }),
    output: PlanSearch,
  },
  /** The latest search since the start; null before any. */
  'plans.get': { input: v.null(), output: v.nullable(PlanSearch) },
  'plans.cancel': { input: v.null(), output: v.nullable(PlanSearch) },
  /** Null before the statistics round. */
  'statistics.get': { input: v.strictObject({ study: Hash }), output: v.nullable(StatisticsView) },
} satisfies Record<string, { input: v.GenericSchema; output: v.GenericSchema }>
