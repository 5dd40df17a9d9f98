import type { DataChoice } from './choices.ts'
import { columnsRead } from './formula-columns.ts'

/** Columns of ours that a mapping reads, in the dataset's order. */
export function columnsUsed({ dataset, mapping, plan }: DataChoice): string[] {
  const { outcome } = mapping
  const words = plan.variables.flatMap((one) => mapping.variables[one.name]?.column ?? [])
  words.push(...(outcome.rule === 'survival' ? [outcome.time, outcome.event] : [outcome.column]))
  const all = dataset.columns.map((one) => one.name)
  // A formula reads columns too, and so does the filter of rows.
  const names = columnsRead(mapping, [...words, ...mapping.subgroups], new Set(all))
  return all.filter((name) => names.has(name))
}
