import type { PatientInput } from '#contract/papers.ts'
import type { Variable } from '#domain/variable.ts'

/** One patient as the engine reads it, from what stands in a form: empty means not known. */
export function patientOf(
  variables: readonly Variable[],
  given: Readonly<Record<string, string | number | null>>,
): PatientInput['values'] {
  return Object.fromEntries(
    variables.map(({ name, type }) => {
      const value = given[name] ?? null
      if (value === null || value === '') return [name, null]
      return [name, type === 'category' ? String(value) : Number(value)]
    }),
  )
}
