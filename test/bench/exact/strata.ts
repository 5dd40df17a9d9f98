import { zeros } from './eliminate.ts'
import type { Pooled } from './reference.ts'
import type { Sums } from './sums.ts'
import { groupTies } from './ties.ts'

/** Efron's partial likelihood, stratum after stratum, with the whole second moment of the risk set carried along. */
export function addStrata(
  { x, columns, y, events, strata }: Pick<Pooled, 'x' | 'columns' | 'y' | 'events' | 'strata'>,
  b: readonly number[],
  sums: Sums,
) {
  const byStratum = Map.groupBy(Array.from(y.keys()), (row) => strata[row]!)
  for (const rows of byStratum.values()) {
    const sorted = rows.toSorted((p, q) => y[q]! - y[p]!)
    const risk = newMoments(columns)
    for (const tied of groupTies(sorted, y)) {
      const dead = newMoments(columns)
      for (const row of tied) {
        const own = x.subarray(row * columns, (row + 1) * columns)
        const score = own.reduce((sum, v, j) => sum + v * b[j]!, 0)
        take(risk, own, Math.exp(score))
        if (events[row] === 0) continue
        take(dead, own, Math.exp(score))
        dead.count += 1
        sums.value += score
        own.forEach((v, j) => (sums.gradient[j]! += v))
      }
      for (let k = 0; k < dead.count; k++) addEvent(sums, risk, dead, k / dead.count)
    }
  }
}

function newMoments(columns: number) {
  return {
    count: 0,
    total: 0,
    first: zeros(columns),
    second: zeros(columns).map(() => new Float64Array(columns)),
  }
}

type Moments = ReturnType<typeof newMoments>

function take(moments: Moments, own: Float64Array, weight: number) {
  moments.total += weight
  for (let i = 0; i < own.length; i++) {
    moments.first[i]! += weight * own[i]!
    const row = moments.second[i]!
    for (let j = i; j < own.length; j++) row[j]! += weight * own[i]! * own[j]!
  }
}

function addEvent(sums: Sums, risk: Moments, dead: Moments, share: number) {
  const total = risk.total - share * dead.total
  const mean = risk.first.map((v, i) => (v - share * dead.first[i]!) / total)
  sums.value -= Math.log(total)
  for (let i = 0; i < mean.length; i++) {
    sums.gradient[i]! -= mean[i]!
    const row = sums.hessian[i]!
    for (let j = i; j < mean.length; j++) {
      row[j]! += (risk.second[i]![j]! - share * dead.second[i]![j]!) / total - mean[i]! * mean[j]!
    }
  }
}
