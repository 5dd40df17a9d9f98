import type { MappingFinding } from '#contract/mapping.ts'
import type { Column, Dataset, Mapping } from '#domain/dataset.ts'
import { openBlocks, type IdentifierReport } from '#domain/identifiers.ts'
import type { ColumnProfile, Profile } from '#domain/profile.ts'
import type { Study } from '#domain/study.ts'
import { conversion } from '#domain/units.ts'
import type { Variable } from '#domain/variable.ts'
import { conceptOf } from '#import/concepts.ts'
import { columnsRead, formulaFaults } from './formula-columns.ts'
import { type NumberVariable, type Paired, swappedIn } from './mapping-swaps.ts'

/** What is known of a dataset version beside its columns. */
export interface Known {
  readonly profile: Profile | null
  readonly identifiers: IdentifierReport | null
}

const MUCH_MISSING = 0.4

/** What speaks against a mapping that its rows alone do not show: other units, swapped columns, impossible values, identifiers. */
export function mappingDoubts(
  study: Study,
  mapping: Mapping,
  dataset: Dataset,
  known: Known,
): MappingFinding[] {
  const names = new Set(dataset.columns.map((one) => one.name))
  const faults = formulaFaults(mapping, names)
  if (faults.length > 0) return faults.map((detail) => finding('error', null, 'formula', detail))
  const mapped = pairUp(study, mapping, dataset, known.profile)
  const numbers = mapped.filter((one): one is Paired => one.variable.type === 'number')
  return [
    ...numbers.flatMap((one) => unitDoubts(one, mapping)),
    ...swappedIn(numbers).map(([a, b]) =>
      finding('warning', a.name, 'swapped', `The columns of "${a.name}" and "${b.name}" seem to be swapped.`),
    ),
    ...mapped.flatMap((one) => valueDoubts(one, mapping, dataset)),
    ...identifierDoubts(mapping, names, known.identifiers),
  ]
}

interface Mapped {
  readonly variable: Variable
  readonly column: Column
  readonly profile: ColumnProfile | undefined
}

/** The study's variables that have a column, each with what is known of it. */
function pairUp(study: Study, mapping: Mapping, dataset: Dataset, profile: Profile | null): Mapped[] {
  const columns = new Map(dataset.columns.map((one) => [one.name, one]))
  const profiles = new Map(profile?.map((one) => [one.name, one]))
  return study.variables.flatMap((variable) => {
    const named = mapping.variables[variable.name]?.column
    const column = named === undefined ? undefined : columns.get(named)
    return column ? [{ variable, column, profile: profiles.get(column.name) }] : []
  })
}

function finding(
  severity: MappingFinding['severity'],
  variable: string | null,
  code: MappingFinding['code'],
  detail: string,
): MappingFinding {
  return { severity, variable, code, detail }
}

/** A column in another unit than the study's, without the conversion; or one that looks as if it were. */
function unitDoubts({ variable, column }: Paired, mapping: Mapping): MappingFinding[] {
  const { unit, name } = variable
  if (unit === null) return []
  const concept = conceptOf(name) ?? conceptOf(variable.label) ?? conceptOf(column.name)
  const scale = mapping.variables[name]?.scale ?? { factor: 1, offset: 0 }
  if (column.unit === null || column.unit === unit) return looksLike(variable, column, scale, concept)
  return otherUnit(
    { name, from: column.unit, to: unit },
    conversion(column.unit, unit, concept?.molarMass),
    scale,
  )
}

type Scaling = { readonly factor: number; readonly offset: number }

function otherUnit(
  { name, from, to }: { name: string; from: string; to: string },
  into: Scaling | null,
  scale: Scaling,
): MappingFinding[] {
  const units = `The column is in ${from}, the study wants ${to}`
  if (!into) {
    const detail = `${units}: how one becomes the other is not known.`
    return [finding('warning', name, 'unit-suspicious', detail)]
  }
  if (isNear(into.factor, scale.factor) && isNear(into.offset, scale.offset)) return []
  const added = into.offset === 0 ? '' : ` and ${into.offset} added`
  const detail = `${units}: it has to be multiplied by ${into.factor}${added}.`
  return [finding('error', name, 'unit-suspicious', detail)]
}

/** Without a unit on the column its mean may still show that it is another. */
function looksLike(
  variable: NumberVariable,
  column: Column,
  scale: { factor: number; offset: number },
  concept: ReturnType<typeof conceptOf>,
): MappingFinding[] {
  if (column.mean === null || !concept?.molarMass) return []
  const range = conversion(concept.unit, variable.unit ?? concept.unit, concept.molarMass)
  if (!range) return []
  const mean = column.mean * scale.factor + scale.offset
  const [low, high] = [concept.low * range.factor, concept.high * range.factor]
  if (mean >= low && mean <= high) return []
  const other = ['mmol/L', 'umol/L', 'mg/dL', 'g/L'].find((unit) => {
    const into =
      unit === variable.unit ? null : conversion(unit, variable.unit ?? concept.unit, concept.molarMass)
    const changed = into ? mean * into.factor : Number.NaN
    return changed >= low && changed <= high
  })
  const hint = other ? ` They look like ${other}.` : ''
  return [
    finding(
      'warning',
      variable.name,
      'unit-suspicious',
      `On average no living patient has such values in ${variable.unit}.${hint}`,
    ),
  ]
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.01 * Math.max(Math.abs(a), Math.abs(b), 1e-9)
}

/** Impossible values, values that seem to mean missing, and much that is missing. */
function valueDoubts(
  { variable: { name }, column, profile }: Mapped,
  mapping: Mapping,
  dataset: Dataset,
): MappingFinding[] {
  const missing = column.missing > MUCH_MISSING * dataset.rows && column.missing <= dataset.rows / 2
  const much = missing
    ? [finding('warning', name, 'mostly-missing', `${column.missing} of ${dataset.rows} values are missing.`)]
    : []
  const codes = new Set(mapping.variables[name]?.missingCodes ?? [])
  const doubts = (profile?.suspicious ?? []).flatMap(({ kind, value, rows, detail }) => {
    if (kind === 'implausible') return [finding('warning', name, 'implausible', `${rows} rows: ${detail}`)]
    const isNamedCode = value !== null && codes.has(String(value))
    return kind === 'spike' && !isNamedCode
      ? [finding('warning', name, 'implausible', `${rows} rows: ${detail}`)]
      : []
  })
  return [...much, ...doubts]
}

/** A column that tells who a patient is may not be read while nobody has said what is done about it. */
function identifierDoubts(
  mapping: Mapping,
  names: ReadonlySet<string>,
  report: IdentifierReport | null,
): MappingFinding[] {
  if (!report) return []
  const words = [...Object.values(mapping.variables).map((source) => source.column), ...mapping.subgroups]
  const read = columnsRead(mapping, words, names)
  return openBlocks(report)
    .filter(({ column }) => read.has(column))
    .map(({ column, class: one }) =>
      finding('error', null, 'identifier', `The column "${column}" may tell who a patient is (${one}).`),
    )
}
