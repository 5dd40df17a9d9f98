import type { Table, Task } from '#trainer/jobs.ts'
import { eachFeature } from '#trainer/variables/encode.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { statisticsLength } from './artefact.ts'
import { addMoments, MOMENTS } from './moments.ts'
import { targetsOf } from './targets.ts'

/** This hospital's part of the statistics sum over its training rows: plain counts and sums, not multiplied by any weight. */
export function contributeStatistics(task: Task, table: Table, train: Uint32Array): Float64Array {
  const out = new Float64Array(statisticsLength(task))
  const features = featuresOf(task)
  eachFeature(task, table, train, (values, index) => {
    const range = features[index]
    if (range) addMoments(values, range, out, MOMENTS * index)
  })
  targetsOf(task.outcome).forEach((range, index) => {
    const values = Float64Array.from(train, (row) => table.outcome[row] ?? Number.NaN)
    addMoments(values, range, out, MOMENTS * (features.length + index))
  })
  return out
}
