import type { MappingFinding, UnnamedValues } from '#contract/mapping.ts'
import { AppError, type ErrorCode } from '#domain/errors.ts'

/** Values that a mapping does not name, with how many rows have each: for the screen of the institution that they are of. */
export function unnamedLines({ variable, column, rows, different, values }: UnnamedValues): string[] {
  return [
    `${rows} rows have values of ${variable} (column ${column}) that the mapping does not name:`,
    ...values.map(({ value, count }) => `  ${count} x ${JSON.stringify(value)}`),
    ...(different > values.length ? [`  and ${different - values.length} other values`] : []),
  ]
}

const refusals: Partial<Record<MappingFinding['code'], ErrorCode>> = {
  'column-missing': 'column-missing',
  'rows-too-few': 'rows-too-few',
}

/** Throws what the first error stands for, with what is said of all of them. */
export function refuseAll(findings: readonly MappingFinding[]): void {
  const wrong = findings.filter((one) => one.severity === 'error')
  const [first] = wrong
  if (!first) return
  throw new AppError(refusals[first.code] ?? 'mapping-bad', wrong.map((one) => one.detail).join(' '))
}
