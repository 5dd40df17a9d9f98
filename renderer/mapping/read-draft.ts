import * as v from 'valibot'
import { Holdout } from '#domain/dataset.ts'
import type { MappingDraft } from './draft.ts'

const Texts = v.record(v.string(), v.string())
const Scale = { factor: v.number(), offset: v.number() }
const Kept = v.strictObject({
  variables: v.record(
    v.string(),
    v.strictObject({
      column: v.string(),
      ...Scale,
      values: Texts,
      missingCodes: v.array(v.string()),
      unlisted: v.array(v.string()),
      guessed: v.boolean(),
    }),
  ),
  outcome: v.strictObject({
    rule: v.picklist(['equals', 'above', 'number', 'class', 'survival']),
    column: v.string(),
    positive: v.array(v.string()),
    negative: v.array(v.string()),
    missingCodes: v.array(v.string()),
    threshold: v.number(),
    ...Scale,
    values: Texts,
    event: v.string(),
  }),
  holdout: Holdout,
  subgroups: v.array(v.string()),
  filter: v.string(),
})

/** Reads a form that was kept; null where there is none, or of another version of the app. */
export function readDraft(state: string | null): MappingDraft | null {
  if (state === null) return null
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Kept), state)
  return parsed.success ? parsed.output : null
}
