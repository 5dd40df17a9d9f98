import * as v from 'valibot'
import { Mapping } from '#domain/dataset.ts'
import { Count, Hash, Name, Text } from '#domain/values.ts'

/** One thing about a mapping that is wrong, or worth knowing, for one variable or the whole. */
export const MappingFinding = v.strictObject({
  severity: v.picklist(['error', 'warning']),
  variable: v.nullable(Name),
  code: v.picklist([
    'column-missing',
    'type-mismatch',
    'outside-range',
    'mostly-missing',
    'unlisted-category',
    'constant',
    'outcome-one-class',
    'rows-too-few',
    'held-out-few',
    'duplicates',
    'rows-waiting',
    'rows-covering',
    'rows-differing',
    'rows-apart',
    'no-events',
    'unit-suspicious',
    'swapped',
    'implausible',
    'identifier',
    'formula',
    'unnamed-values',
    'level-absent',
    'unlike-others',
    'coding-differs',
    'rate-differs',
    'labels-turned',
  ]),
  detail: Text(400),
})
export type MappingFinding = v.InferOutput<typeof MappingFinding>

/** Values of a column that a mapping does not name, most frequent first, at most fifty. For the steward's screen: small groups are in it. */
export const UnnamedValues = v.strictObject({
  /** The variable of the study, or its outcome. */
  variable: Name,
  column: Name,
  /** Whether the mapping cannot be used before they are named. */
  stops: v.boolean(),
  rows: Count(0, 1e9),
  different: Count(0, 1e9),
  values: v.array(v.strictObject({ value: Text(200), count: Count(1, 1e9) })),
})
export type UnnamedValues = v.InferOutput<typeof UnnamedValues>

/** A study's mapping at this institution and what the check at home found. */
export const MappingView = v.strictObject({
  study: Hash,
  dataset: v.nullable(Text(40)),
  version: v.nullable(Count(1, 100_000)),
  mapping: v.nullable(Mapping),
  trainRows: Count(0, 1e9),
  testRows: Count(0, 1e9),
  excludedRows: Count(0, 1e9),
  events: v.nullable(Count(0, 1e9)),
  findings: v.array(MappingFinding),
  unnamed: v.array(UnnamedValues),
})
export type MappingView = v.InferOutput<typeof MappingView>
