import type { Suggestion } from '#contract/importing.ts'
import type { Column, Dataset, OutcomeSource, Source } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import { conversion, type Conversion } from '#domain/units.ts'
import type { Variable } from '#domain/variable.ts'
import { conceptOf, plainName } from '#import/concepts.ts'
import { likeness } from './names-like.ts'
import { suggestValues } from './suggest-values.ts'

type Reason = Suggestion['reasons'][number]

const LEAST = 0.35
const MOST = 5

/** Which columns of ours may be a study's variables: by name, synonym, unit and values. Best first, at most five for each. */
export function suggestMapping(
  { variables }: Pick<Study, 'variables'>,
  { columns }: Pick<Dataset, 'columns'>,
): Suggestion[] {
  return variables.flatMap((variable) =>
    columns
      .flatMap((column) => suggestionOf(variable, column) ?? [])
      .filter(({ score }) => score >= LEAST)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, MOST),
  )
}

function suggestionOf(variable: Variable, column: Column): Suggestion | null {
  const named = nameScore(variable, column.name)
  const valued = valueScore(variable, column)
  if (!valued) return null
  // Without a likely name values alone must fit well, and never suffice for certainty.
  const score = named.score === 0 ? valued.score * 0.45 : 0.65 * named.score + 0.35 * valued.score
  const reasons = [...named.reasons, ...valued.reasons]
  return {
    variable: variable.name,
    column: column.name,
    score: Math.round(score * 1000) / 1000,
    reasons,
    source: { column: column.name, missingCodes: [], ...valued.source },
  }
}

type Scored = { score: number; reasons: Reason[] }

function nameScore({ name, label }: Variable, column: string): Scored {
  const [ours, theirs, text] = [plainName(column), plainName(name), plainName(label)]
  if (ours === theirs) return { score: 1, reasons: ['same-name'] }
  const meant = conceptOf(name) ?? conceptOf(label)
  const alike = meant !== undefined && meant !== null && conceptOf(column) === meant
  if (alike || (isSexName(ours) && [theirs, text].some(isSexName)))
    return { score: 0.95, reasons: ['synonym'] }
  return likenessScore(ours, theirs, text)
}

function likenessScore(ours: string, theirs: string, text: string): Scored {
  const like = Math.max(likeness(ours, theirs), 0)
  const labelled = text === '' ? 0 : likeness(ours, text)
  if (labelled > like && labelled >= 0.5) return { score: labelled * 0.9, reasons: ['label'] }
  return like >= 0.5 ? { score: like * 0.85, reasons: ['similar-name'] } : { score: 0, reasons: [] }
}

const SEX = new Set([
  'sex',
  'gender',
  'geschlecht',
  'sexe',
  'sexo',
  'male',
  'female',
  'male sex',
  'female sex',
  'is male',
])

function isSexName(name: string): boolean {
  return SEX.has(name)
}

interface Fit {
  readonly score: number
  readonly reasons: Reason[]
  readonly source: Pick<Source, 'scale' | 'values'>
}

function valueScore(variable: Variable, column: Column): Fit | null {
  if (variable.type === 'number') return numberFit(variable, column)
  const wanted = variable.type === 'boolean' ? ['yes', 'no'] : variable.categories
  const { values, share } = suggestValues(wanted, column, variable)
  if (share === 0 && column.distinct > 0)
    return variable.type === 'category' && column.type === 'category'
      ? { score: 0.1, reasons: [], source: { scale: null, values: null } }
      : null
  return { score: share, reasons: share > 0.5 ? ['categories'] : [], source: { scale: null, values } }
}

type NumberVariable = Extract<Variable, { type: 'number' }>

function numberFit(variable: NumberVariable, column: Column): Fit | null {
  if (column.type !== 'integer' && column.type !== 'real') return null
  const molarMass = molarMassOf(variable, column)
  if (variable.unit !== null && column.unit !== null) {
    const into = conversion(column.unit, variable.unit, molarMass)
    return into && convertedFit(variable, column, into)
  }
  const plain = within(variable, column, NONE)
  const guess = guessConversion(variable, column, molarMass)
  if (guess && plain < 0.3 && within(variable, column, guess) > 0.8) {
    return { score: 0.6, reasons: ['unit-guessed'], source: { scale: guess, values: null } }
  }
  return { score: plain, reasons: plain > 0.5 ? ['range'] : [], source: { scale: null, values: null } }
}

/** Of what the variable or else the column is named after, where that is a substance. */
function molarMassOf(variable: NumberVariable, column: Column): number | undefined {
  return (conceptOf(variable.name) ?? conceptOf(variable.label) ?? conceptOf(column.name))?.molarMass
}

/** Both name their unit: how well the column fits once it is converted. */
function convertedFit(variable: NumberVariable, column: Column, into: Conversion): Fit {
  const same = into.factor === 1 && into.offset === 0
  return {
    score: 0.6 + 0.4 * within(variable, column, into),
    reasons: [same ? 'same-unit' : 'unit-converted'],
    source: { scale: same ? null : into, values: null },
  }
}

const NONE: Conversion = { factor: 1, offset: 0 }

/** How much of a column's range lies in the variable's: by its mean, lowest and highest. */
function within({ low, high }: NumberVariable, column: Column, { factor, offset }: Conversion): number {
  const marks = [column.mean, column.mean, column.low, column.high].map((one) =>
    one === null ? null : one * factor + offset,
  )
  const inside = marks.filter((one) => one !== null && one >= low && one <= high).length
  const mean = marks[0] ?? null
  // Ranges from 0 to thousands hold everything: what fills little of one fits it less.
  const filled = mean === null ? 0 : Math.min(1, (mean - low) / (0.04 * (high - low)))
  return (inside / marks.length) * Math.max(0, filled)
}

/** The other unit that laboratories use for what a column is named after. */
export function guessConversion(
  { unit }: NumberVariable,
  column: Column,
  molarMass: number | undefined,
): Conversion | null {
  if (unit === null || column.unit !== null) return null
  const others = molarMass
    ? ['mmol/L', 'umol/L', 'mg/dL', 'g/L']
    : ['g/L', 'g/dL', 'cm', 'm', 'kg', '[lb_av]', 'Cel', '[degF]', 'a', 'mo', 'd']
  return (
    others
      .filter((other) => other !== unit)
      .flatMap((other) => conversion(other, unit, molarMass) ?? [])
      .find((one) => {
        const mean = column.mean === null ? null : column.mean * one.factor + one.offset
        const concept = conceptOf(column.name)
        return mean !== null && concept !== null && mean >= concept.low && mean <= concept.high
      }) ?? null
  )
}

const OUTCOMES =
  /^(?:outcome|target|label|class|diagnosis|num|death|dead|died|event|status|y|fdead|result|disease)$/

/** How the outcome may be read: a column of its name, with the values that mean yes; null where none is likely. */
export function suggestOutcome(
  { outcome }: Pick<Study, 'outcome'>,
  { columns }: Pick<Dataset, 'columns'>,
): OutcomeSource | null {
  if (outcome.task !== 'binary') return null
  const ranked = columns
    .map((column) => ({
      column,
      like: Math.max(
        likeness(plainName(column.name), plainName(outcome.name)),
        OUTCOMES.test(plainName(column.name)) ? 0.6 : 0,
      ),
    }))
    .filter(({ column, like }) => like >= 0.5 && column.distinct >= 2 && column.distinct <= 20)
    .toSorted((a, b) => b.like - a.like)
  const column = ranked[0]?.column
  if (!column) return null
  if (column.type === 'integer' && column.low === 0 && column.distinct > 2)
    return { rule: 'above', column: column.name, threshold: 0 }
  const { values } = suggestValues(['yes', 'no'], column, { name: outcome.name, label: outcome.label })
  const meaning = (answer: string) =>
    Object.entries(values ?? {}).flatMap(([ours, theirs]) => (theirs === answer ? [ours] : []))
  const [positive, negative] = [meaning('yes'), meaning('no')]
  if (positive.length === 0) return null
  return { rule: 'equals', column: column.name, positive, ...(negative.length > 0 && { negative }) }
}
