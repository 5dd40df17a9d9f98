import type { MappingFinding } from '#contract/mapping.ts'
import type { DriftLine } from '#contract/planning.ts'

/** So many standard deviations from the others' mean are a mistake rather than other patients. */
const FAR = 3

/**
 * What all other hospitals' sums contradict in ours, as findings on the mapping. Our patients may truly be that different, so
 * none of it stops anything; each says what to look at.
 */
export function contradictionsIn(lines: readonly DriftLine[]): MappingFinding[] {
  return lines.flatMap((line) => {
    const found = contradictionOf(line)
    return found ? [{ severity: 'warning' as const, variable: line.variable, ...found }] : []
  })
}

function contradictionOf(line: DriftLine): Pick<MappingFinding, 'code' | 'detail'> | null {
  const { finding, difference } = line
  if (finding === 'shifted') {
    return Math.abs(difference ?? 0) > FAR ? { code: 'unlike-others', detail: farDetail(line) } : null
  }
  if (finding === 'none') return null
  return { code: codes[finding], detail: details[finding](line) }
}

type Contradiction = Exclude<DriftLine['finding'], 'none' | 'shifted'>

const codes = {
  unit: 'unit-suspicious',
  coding: 'coding-differs',
  rate: 'rate-differs',
  direction: 'labels-turned',
} as const satisfies Record<Contradiction, MappingFinding['code']>

const details: Readonly<Record<Contradiction, (line: DriftLine) => string>> = {
  unit: ({ name, ours, others, factor }) =>
    `Compared with all others, "${short(name)}" seems to be in another unit: our mean is ${written(ours)}, theirs ${written(others)}, and ours would fit if it were divided by ${factor === null ? 'some factor' : written(factor)}.`,
  coding: ({ name }) =>
    `Compared with all others, the levels of "${short(name)}" seem to be exchanged here: with other names for them, how frequent they are and how they go with the outcome would fit. Check what each value means.`,
  rate: ({ name, ours, others }) =>
    `"${short(name)}" is ${share(ours)} of our training rows and ${share(others)} of all others'. Check which value means that it happened, and whether our rows are those that the study is about.`,
  direction: ({ name }) =>
    `"${short(name)}" goes with the variables here the other way round than at the others: its labels seem to be turned round. Check which value means that it happened.`,
}

function farDetail({ name, ours, others, difference }: DriftLine): string {
  return `Our mean of "${short(name)}" is ${written(ours)}, that of all others ${written(others)}: ${written(Math.abs(difference ?? 0))} standard deviations apart. Check the column and its unit.`
}

const short = (name: string) => name.slice(0, 80)
const written = (value: number | null) =>
  value === null ? 'not known' : String(Number(value.toPrecision(3)))
const share = (value: number | null) => (value === null ? 'an unknown share' : `${Math.round(100 * value)}%`)
