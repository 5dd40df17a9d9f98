import * as v from 'valibot'
import { DatasetId, Mapping, OutcomeSource, Source } from '#domain/dataset.ts'
import { KeptReport } from '#domain/identifiers.ts'
import { ImportEdits, Preview } from '#domain/importing.ts'
import { Profile } from '#domain/profile.ts'
import { Count, Hash, Name, Text } from '#domain/values.ts'

const Cell = v.nullable(v.union([v.number(), Text(2000)]))

/** What was found once in a dataset version. For the steward's screen: small groups are in it. Null for versions of older apps. */
export const ProfileView = v.strictObject({
  dataset: DatasetId,
  version: Count(1, 100_000),
  profile: v.nullable(Profile),
  identifiers: v.nullable(KeptReport),
})
export type ProfileView = v.InferOutput<typeof ProfileView>

/** A column of ours that may be a study variable, how sure that is (0 to 1), and why. */
export const Suggestion = v.strictObject({
  variable: Name,
  column: Name,
  score: v.number(),
  reasons: v.array(
    v.picklist([
      'same-name',
      'synonym',
      'similar-name',
      'label',
      'same-unit',
      'unit-converted',
      'unit-guessed',
      'range',
      'categories',
    ]),
  ),
  source: Source,
})
export type Suggestion = v.InferOutput<typeof Suggestion>

/** Suggestions for a study: at most five for each variable, best first, and for its outcome. */
export const SuggestionsView = v.strictObject({
  study: Hash,
  dataset: DatasetId,
  variables: v.array(Suggestion),
  outcome: v.nullable(OutcomeSource),
})
export type SuggestionsView = v.InferOutput<typeof SuggestionsView>

/** The first rows of ours as a study would read them, for the steward's screen. */
export const MappingPreview = v.strictObject({
  /** Each variable with what its column holds and what the study reads: a number, a category, yes or no; null is missing. */
  variables: v.array(v.strictObject({ name: Name, column: Name, ours: v.array(Cell), read: v.array(Cell) })),
  outcome: v.array(Cell),
  used: v.array(v.boolean()),
})
export type MappingPreview = v.InferOutput<typeof MappingPreview>

/** Edits of a mapping or an import that are not saved, as JSON of the screen's own; they survive a restart. */
export const EditView = v.strictObject({
  state: v.nullable(Text(2_000_000)),
  canUndo: v.boolean(),
  canRedo: v.boolean(),
})
export type EditView = v.InferOutput<typeof EditView>

const Subject = v.pipe(v.string(), v.regex(/^(mapping|import):[\w.-]{1,120}$/))
const subject = v.strictObject({ subject: Subject })
const proposed = { study: Hash, dataset: DatasetId }

/** Calls around importing and mapping. */
export const importingCalls = {
  'imports.preview': {
    input: v.strictObject({ id: Text(60), edits: v.optional(ImportEdits, []) }),
    /** Null where a file of this kind is read only as a whole and is not there yet. */
    output: v.nullable(Preview),
  },
  'datasets.profile': { input: v.strictObject({ id: DatasetId }), output: ProfileView },
  'mappings.suggest': { input: v.strictObject(proposed), output: SuggestionsView },
  'mappings.preview': {
    input: v.strictObject({ ...proposed, mapping: Mapping, rows: v.optional(Count(1, 50), 20) }),
    output: MappingPreview,
  },
  'edits.get': { input: subject, output: EditView },
  'edits.put': { input: v.strictObject({ subject: Subject, state: Text(2_000_000) }), output: EditView },
  'edits.undo': { input: subject, output: EditView },
  'edits.redo': { input: subject, output: EditView },
  'edits.clear': { input: subject, output: v.null() },
} satisfies Record<string, { input: v.GenericSchema; output: v.GenericSchema }>
