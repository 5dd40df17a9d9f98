import type { DataSet } from 'dicom-parser'
import { charsetsOf, textOf } from './values.ts'

/** A numeric result of a structured report (PS3.3, C.17.3): what was measured, how much, and in which unit. */
export interface NumericResult {
  readonly code: string
  readonly scheme: string
  readonly meaning: string
  readonly value: string
  readonly unit: string
}

const CONTENT = 'x0040a730'
const VALUE_TYPE = 'x0040a040'
const CONCEPT = 'x0040a043'
const MEASURED = 'x0040a300'
const UNITS = 'x004008ea'
const NUMERIC = 'x0040a30a'
const [CODE, SCHEME, MEANING, LONG_CODE] = ['x00080100', 'x00080102', 'x00080104', 'x00080119']
const MAX_RESULTS = 5000
const MAX_DEPTH = 40

/** All numbers of a report, in the order of the document. A number without a value is left out. */
export function numericResults(data: DataSet): NumericResult[] {
  const found: NumericResult[] = []
  walk(data, charsetsOf(data), found, 0)
  return found
}

function walk(data: DataSet, charsets: readonly string[], found: NumericResult[], depth: number) {
  if (depth > MAX_DEPTH) return
  for (const { dataSet: item } of data.elements[CONTENT]?.items ?? []) {
    if (!item || found.length >= MAX_RESULTS) continue
    const result = textOf(item, VALUE_TYPE, charsets) === 'NUM' ? resultOf(item, charsets) : null
    if (result) found.push(result)
    walk(item, charsets, found, depth + 1)
  }
}

function firstOf(data: DataSet, tag: string): DataSet | null {
  return data.elements[tag]?.items?.[0]?.dataSet ?? null
}

function resultOf(item: DataSet, charsets: readonly string[]): NumericResult | null {
  const measured = firstOf(item, MEASURED)
  const concept = firstOf(item, CONCEPT)
  const value = measured && textOf(measured, NUMERIC, charsets)?.split('\\')[0]?.trim()
  if (!concept || !value) return null
  const said = (data: DataSet | null, tag: string) => (data && textOf(data, tag, charsets)) ?? ''
  return {
    code: textOf(concept, CODE, charsets) ?? said(concept, LONG_CODE),
    scheme: said(concept, SCHEME),
    meaning: said(concept, MEANING).slice(0, 120),
    value,
    unit: said(firstOf(measured, UNITS), CODE),
  }
}
