import type { DataSet } from 'dicom-parser'
import { charsetsOf, textOf } from './values.ts'

/** A coded idea: what it means to a person, and what it is. */
export interface Concept {
  readonly code: string
  readonly scheme: string
  readonly meaning: string
}

/** A concept of a report with what its modifiers say of it, such as a finding site, a side or a method. */
export interface Step extends Concept {
  readonly modifiers: readonly Concept[]
}

/** A numeric result of a structured report (PS3.3, C.17.3): what was measured, how much, and in which unit. */
export interface NumericResult extends Concept {
  /** What stands above it below the document's title, and itself, each with its modifiers: this is what was measured. */
  readonly path: readonly Step[]
  readonly value: string
  readonly unit: string
}

const CONTENT = 'x0040a730'
const VALUE_TYPE = 'x0040a040'
const RELATION = 'x0040a010'
const CONCEPT = 'x0040a043'
const CODED = 'x0040a168'
const MEASURED = 'x0040a300'
const UNITS = 'x004008ea'
const NUMERIC = 'x0040a30a'
const TEXT = 'x0040a160'
const SIDES: readonly (readonly [RegExp, string])[] = [
  [/^(?:l|lt|left|links|linke?[rs]?|gauche|izquierd[oa]|sinistr[oa]|esquerd[oa]|sin)\.?$/i, 'left'],
  [/^(?:r|rt|right|rechts|rechte?[rs]?|droite?|derech[oa]|destr[oa]|direit[oa]|dex)\.?$/i, 'right'],
  [/^(?:both|bilateral\w*|beidseit\w*|b)\.?$/i, 'both'],
]
const [CODE, SCHEME, MEANING, LONG_CODE] = ['x00080100', 'x00080102', 'x00080104', 'x00080119']
const MAX_RESULTS = 5000
const MAX_DEPTH = 40
const MAX_MODIFIERS = 8

interface Walk {
  readonly charsets: readonly string[]
  readonly found: NumericResult[]
}

/** All numbers of a report, in the order of the document. A number without a value is left out. */
export function numericResults(data: DataSet): NumericResult[] {
  const walking: Walk = { charsets: charsetsOf(data), found: [] }
  // What modifies the whole document holds for each of its numbers alike, and is in no name.
  walk(data, walking, [], 0)
  return walking.found
}

function walk(data: DataSet, walking: Walk, above: readonly Step[], depth: number) {
  const { charsets, found } = walking
  if (depth > MAX_DEPTH) return
  for (const item of itemsOf(data, CONTENT)) {
    if (found.length >= MAX_RESULTS) return
    const step = stepOf(item, charsets)
    const path = step ? [...above, step] : above
    const isNumber = textOf(item, VALUE_TYPE, charsets) === 'NUM'
    const result = isNumber && step ? resultOf(item, step, path, charsets) : null
    if (result) found.push(result)
    walk(item, walking, path, depth + 1)
  }
}

/** A container, a number or another item by its concept; null where it has none. */
function stepOf(item: DataSet, charsets: readonly string[]): Step | null {
  const concept = conceptIn(item, CONCEPT, charsets)
  return concept && { ...concept, modifiers: modifiersOf(item, charsets, 0).slice(0, MAX_MODIFIERS) }
}

/** Codes that modify an item, and those that modify them: left, of the finding site. */
function modifiersOf(item: DataSet, charsets: readonly string[], depth: number): Concept[] {
  if (depth > 2) return []
  return itemsOf(item, CONTENT).flatMap((child) => {
    if (textOf(child, RELATION, charsets) !== 'HAS CONCEPT MOD') return []
    const isCode = textOf(child, VALUE_TYPE, charsets) === 'CODE'
    const value = isCode ? conceptIn(child, CODED, charsets) : sideOf(textOf(child, TEXT, charsets) ?? '')
    return value ? [value, ...modifiersOf(child, charsets, depth + 1)] : []
  })
}

/** Of modifiers in free text only sides are known: whatever else stands there may tell who a patient is. */
function sideOf(text: string): Concept | null {
  const [, side] = SIDES.find(([words]) => words.test(text.trim())) ?? []
  return side === undefined ? null : { code: side, scheme: 'text', meaning: side }
}

function itemsOf(data: DataSet, tag: string): DataSet[] {
  return (data.elements[tag]?.items ?? []).flatMap(({ dataSet }) => (dataSet ? [dataSet] : []))
}

function conceptIn(data: DataSet, tag: string, charsets: readonly string[]): Concept | null {
  const [concept] = itemsOf(data, tag)
  if (!concept) return null
  const said = (part: string) => textOf(concept, part, charsets) ?? ''
  return { code: said(CODE) || said(LONG_CODE), scheme: said(SCHEME), meaning: said(MEANING).slice(0, 120) }
}

function resultOf(
  item: DataSet,
  { code, scheme, meaning }: Step,
  path: readonly Step[],
  charsets: readonly string[],
): NumericResult | null {
  const [measured] = itemsOf(item, MEASURED)
  const value = measured && textOf(measured, NUMERIC, charsets)?.split('\\')[0]?.trim()
  if (!value) return null
  const unit = conceptIn(measured, UNITS, charsets)?.code ?? ''
  return { code, scheme, meaning, path, value, unit }
}
