import type { Table, Task } from '#trainer/jobs.ts'
import { eachFeature } from '#trainer/variables/encode.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { statisticsLength } from './artefact.ts'
import { contributeDirections, directionsLength } from './directions.ts'
import { addMoments, MOMENTS } from './moments.ts'
import { contributeOffMode, offModeLength } from './off-mode.ts'
import { addHistogram, QUANTILE_BINS, quantileVariables } from './quantiles.ts'
import { targetsOf } from './targets.ts'

/** This hospital's part of the statistics sum over its training rows: plain counts and sums, not multiplied by any weight. */
export function contributeStatistics(task: Task, table: Table, train: Uint32Array): Float64Array {
  const out = new Float64Array(statisticsLength(task))
  const features = featuresOf(task)
  const targets = targetsOf(task.outcome)
  const histograms = MOMENTS * (features.length + targets.length)
  const places = new Map(
    quantileVariables(task).map((variable, i) => [variable, histograms + QUANTILE_BINS * i]),
  )
  eachFeature(task, table, train, (values, index) => {
    const range = features[index]
    if (!range) return
    addMoments(values, range, out, MOMENTS * index)
    const place = places.get(range.variable)
    // A number's value comes before its missing indicator: only the first feature of a variable is counted into bins.
    if (place !== undefined && places.delete(range.variable)) addHistogram(values, range, out, place)
  })
  targets.forEach((range, index) => {
    const values = Float64Array.from(train, (row) =>
      range.of(table.outcome[row] ?? Number.NaN, table.event?.[row] ?? 0),
    )
    addMoments(values, range, out, MOMENTS * (features.length + index))
  })
  const end = out.length - offModeLength(task)
  out.set(contributeDirections(task, table, train), end - directionsLength(task))
  out.set(contributeOffMode(task, table, train), end)
  return out
}
