import type { Layout } from '#trainer/models/layout.ts'
import type { Built } from './traps.ts'

/** What an attacker has of one harvested round: the sum of the others, and the model that it started from. */
export interface Harvest {
  readonly sum: Float64Array
  readonly built: Built
}

/** What the update of one place (all its copies together) says: derivatives by weights, and by bias. */
type Place = readonly number[]

/**
 * Every patient that the harvested sums may show: places by themselves, neighbours' differences, differences of those, the
 * same place in two rounds, and all of it averaged over the rounds. In standard deviations from the mean.
 */
export function readOff(
  layout: Layout,
  harvests: readonly Harvest[],
  { rate, l2, weight, steps }: { rate: number; l2: number; weight: number; steps: number },
): number[][] {
  const deep = layout.layers.length === 3
  const rounds = harvests.map((one) => placesOf(layout, one, { rate, shrink: l2 * weight * steps }))
  const mean = rounds[0]!.map((places, ladder) =>
    places.map((place, rung) =>
      place.map((_, i) => sum(rounds.map((one) => one[ladder]![rung]![i]!)) / rounds.length),
    ),
  )
  const readings: Place[] = []
  for (const all of rounds.length > 1 ? [...rounds, mean] : rounds)
    for (const places of all) readings.push(...within(places))
  for (let r = 1; r < rounds.length; r++)
    for (const [ladder, places] of rounds[r]!.entries())
      for (const [rung, place] of places.entries()) {
        readings.push(minus(place, rounds[r - 1]![ladder]![rung]!))
        // A ladder that moved on by one rung stands where its neighbour stood.
        const next = rounds[r - 1]![ladder]![rung + 1]
        if (next) readings.push(minus(place, next))
      }
  return readings.flatMap((one) => toPatient(one, layout.inputs, deep))
}

function within(places: readonly Place[]): Place[] {
  const first = places.slice(1).map((place, i) => minus(place, places[i]!))
  const second = first.slice(1).map((place, i) => minus(place, first[i]!))
  const third = second.slice(1).map((place, i) => minus(place, second[i]!))
  return [...places, ...first, ...second, ...third]
}

/** By ladder and rung: the mean over copies of update / outgoing weight, freed of the penalty. */
function placesOf(
  layout: Layout,
  { sum: values, built }: Harvest,
  { rate, shrink }: { rate: number; shrink: number },
): Place[][] {
  const ladder = layout.layers[layout.layers.length - 2]!
  const out = layout.layers.at(-1)!
  const found: Place[][] = []
  const counts: number[][] = []
  for (let k = 0; k < ladder.units; k++) {
    const { ladder: which, rung } = built.places[k]!
    const v = built.params[out.weights.offset + k]!
    const at = (place: number, decays: boolean) =>
      (-values[place]! / rate - (decays ? shrink * built.params[place]! : 0)) / v
    const own = Array.from({ length: layout.inputs }, (_, i) =>
      at(ladder.weights.offset + i * ladder.units + k, true),
    )
    own.push(at(ladder.bias.offset + k, false))
    const row = (found[which] ??= [])
    const count = (counts[which] ??= [])
    row[rung] = (row[rung] ?? own.map(() => 0)).map((value, i) => value + own[i]!)
    count[rung] = (count[rung] ?? 0) + 1
  }
  return found.map((row, which) =>
    row.map((place, rung) => place.map((value) => value / counts[which]![rung]!)),
  )
}

function toPatient(place: Place, inputs: number, deep: boolean): number[][] {
  const total = place[inputs]!
  if (!(Math.abs(total) > 1e-9)) return []
  const values = place.slice(0, inputs).map((value) => value / total - (deep ? 30 : 0))
  return values.every((value) => Math.abs(value) < 20) ? [values] : []
}

function minus(a: Place, b: Place): Place {
  return a.map((value, i) => value - b[i]!)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0)
}
