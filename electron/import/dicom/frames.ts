import type { DataSet } from 'dicom-parser'
import type { AllowedTag } from './allowed.ts'
import { sameNumber } from './cells.ts'
import { valuesOf } from './values.ts'

const SHARED = 'x52009229'
const PER_FRAME = 'x52009230'

/** What the frames of an enhanced image hold of a tag. */
export interface FrameValues {
  /** The values, where they are the same in all frames that have some. */
  readonly same: readonly string[]
  /** Of one number that is not the same in all: its least and its greatest. */
  readonly range: readonly [string, string] | null
  readonly isDiffering: boolean
}

type Frame = readonly DataSet[]

/** Reads tags from the functional groups of an enhanced image (PS3.3, C.7.6.16): those of all frames, else those of each. */
export function createFrames(data: DataSet, charsets: readonly string[]) {
  const shared = framesIn(data, SHARED)[0] ?? []
  const frames = framesIn(data, PER_FRAME)
  const isEnhanced = shared.length > 0 || frames.length > 0

  return function read(tag: AllowedTag): FrameValues | null {
    if (!isEnhanced || tag.path.length > 1) return null
    const common = inFrame(shared, tag)
    if (common.length > 0) return { same: common, range: null, isDiffering: false }
    const each = frames.map((frame) => inFrame(frame, tag)).filter((values) => values.length > 0)
    const [first] = each
    if (!first) return null
    if (each.every((values) => isSame(values, first))) return { same: first, range: null, isDiffering: false }
    return { same: [], range: rangeOf(each), isDiffering: true }
  }
  function inFrame(groups: Frame, tag: AllowedTag): string[] {
    return groups.flatMap((group) => valuesOf(group, tag, charsets))
  }
}

/** The groups of each frame. Private ones are left out, as everything private is. */
function framesIn(data: DataSet, sequence: string): Frame[] {
  return (data.elements[sequence]?.items ?? []).map(({ dataSet }) =>
    Object.values(dataSet?.elements ?? {})
      .filter(({ tag }) => Number.parseInt(tag.slice(1, 5), 16) % 2 === 0)
      .flatMap(({ items = [] }) => items.flatMap((item) => (item.dataSet ? [item.dataSet] : []))),
  )
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => sameNumber(one) === sameNumber(b[index] ?? ''))
}

function rangeOf(each: readonly (readonly string[])[]): [string, string] | null {
  const numbers = each.map(([first = '', ...more]) =>
    more.length === 0 && first !== '' ? Number(first) : NaN,
  )
  if (!numbers.every((one) => Number.isFinite(one))) return null
  const ends = [numbers[0] ?? 0, numbers[0] ?? 0] as [number, number]
  for (const one of numbers) {
    ends[0] = Math.min(ends[0], one)
    ends[1] = Math.max(ends[1], one)
  }
  return [String(ends[0]), String(ends[1])]
}
