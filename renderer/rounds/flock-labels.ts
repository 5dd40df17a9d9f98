import type { RoundView } from '#contract/views.ts'
import type { Perch } from './ring.ts'

/** A name beside a bird of a large flock: where it begins or ends. */
export interface Label {
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'end'
  readonly text: string
}

interface Bird {
  readonly perch: Perch
  readonly name: string
  readonly state: RoundView['members'][number]['state']
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const LETTER = 6.4
const HEIGHT = 14
const AWAY = 20
const FEWEST_LETTERS = 7
const order = { missing: 0, waiting: 1, in: 2 } as const

/**
 * Names for as many birds as there is room for outside the ring, who is missing first, then who is waited for. No name lies on
 * another or outside the picture, and none of a hospital that is in lies on a bird; one that is too long is cut. Ours, the first bird, has its own.
 */
export function labelsOf(birds: readonly Bird[], width: number, ours: Box): (Label | null)[] {
  const taken: Box[] = [ours]
  const labels = birds.map((): Label | null => null)
  const places = birds.map((bird, i) => ({ bird, i })).slice(1)
  for (const { bird, i } of places.toSorted((a, b) => order[a.bird.state] - order[b.bird.state])) {
    const free = placesFor(bird, width).filter((label) => !taken.some((one) => overlap(one, boxOf(label))))
    const onNoBird = (label: Label) => !birds.some(({ perch }) => overlap(boxOf(label), around(perch)))
    // Who is missing or waited for is named even across a bird.
    const label = free.find(onNoBird) ?? (bird.state === 'in' ? undefined : free[0])
    if (!label) continue
    labels[i] = label
    taken.push(boxOf(label))
  }
  return labels
}

/** At the height of its bird, or somewhat higher or lower. */
function placesFor(bird: Bird, width: number): Label[] {
  const label = labelFor(bird, width)
  return label ? [0, -9, 9, -16, 16].map((by) => ({ ...label, y: label.y + by })) : []
}

function labelFor({ perch, name }: Bird, width: number): Label | null {
  const isRight = perch.x >= width / 2
  const x = perch.x + (isRight ? AWAY : -AWAY)
  const room = Math.floor((isRight ? width - x : x) / LETTER)
  if (room < Math.min(FEWEST_LETTERS, name.length)) return null
  const text = name.length <= room ? name : `${name.slice(0, room - 1).trimEnd()}…`
  return { x, y: perch.y, anchor: isRight ? 'start' : 'end', text }
}

function boxOf({ x, y, anchor, text }: Label): Box {
  const long = text.length * LETTER
  const left = anchor === 'start' ? x : x - long
  return { left, right: left + long, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 }
}

const around = ({ x, y }: Perch): Box => ({ left: x - 11, right: x + 11, top: y - 8, bottom: y + 8 })

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
