import { shuffle, type Stream } from '#trainer/random.ts'

const FOLDS = { few: 10, many: 5 }
/** From so many patients on, five folds say as much as ten. */
const MANY = 300

/**
 * Row numbers in folds for cross-validation: rows of one patient (equal numbers) are in one fold, outcomes are dealt evenly,
 * and at most about `most` rows are in any. Fewer than two folds where there are fewer than two patients.
 */
export function dealFolds(
  patients: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  stream: Stream,
  most: number,
): Uint32Array[] {
  const groups = drawGroups(patients, stream, most)
  const kind = (group: readonly number[]) => Math.max(...group.map((row) => outcomes[row] ?? 0))
  const even = groups.toSorted((a, b) => kind(a) - kind(b))
  const count = Math.min(even.length, even.length < MANY ? FOLDS.few : FOLDS.many)
  const folds = Array.from({ length: count }, (): number[] => [])
  even.forEach((group, i) => folds[i % count]?.push(...group))
  return folds.map((fold) => Uint32Array.from(fold))
}

/** Patients in random order, as many as fit. */
function drawGroups(patients: ArrayLike<number>, stream: Stream, most: number): readonly number[][] {
  const byPatient = new Map<number, number[]>()
  for (let row = 0; row < patients.length; row++) {
    const patient = patients[row] ?? row
    const known = byPatient.get(patient)
    if (known) known.push(row)
    else byPatient.set(patient, [row])
  }
  const groups = [...byPatient.values()]
  const order = Uint32Array.from(groups, (_, i) => i)
  shuffle(order, stream)
  const drawn: number[][] = []
  let rows = 0
  for (const at of order) {
    const group = groups[at] ?? []
    if (rows + group.length > most && drawn.length > 0) break
    drawn.push(group)
    rows += group.length
  }
  return drawn
}
