/** What a list of calls may ask for, by addresses in bytes. Each does what its comment in kernels.as says. */
export interface Kernels {
  /** Waits until all threads of a team have come here. */
  meet(): void
  multiply(
    from: number,
    tall: number,
    matrix: number,
    start: number,
    to: number,
    height: number,
    depth: number,
    panels: number,
  ): void
  multiplyTurned(
    from: number,
    matrix: number,
    to: number,
    height: number,
    width: number,
    panels: number,
  ): void
  sumRows(from: number, to: number, height: number, panels: number): void
  times(a: number, b: number, to: number, bytes: number): void
  pack(from: number, to: number, height: number, width: number, tall: number): void
  packTurned(from: number, to: number, height: number, width: number): void
  unpack(from: number, to: number, height: number, width: number, tall: number, stride: number): void
  activate(kind: number, from: number, to: number, bytes: number): void
  slope(kind: number, deltas: number, sums: number, values: number, bytes: number): void
  normalise(
    sums: number,
    normal: number,
    inverses: number,
    gain: number,
    shift: number,
    live: number,
    height: number,
    units: number,
    floor: number,
  ): void
  normaliseBack(
    deltas: number,
    normal: number,
    inverses: number,
    gain: number,
    live: number,
    gainSlope: number,
    shiftSlope: number,
    height: number,
    units: number,
  ): void
}

/** Numbers of one call in a list: the kernel's and nine arguments. */
export const CALL = 10

/** Where the threads of a team meet: how many have come, and how often all have. */
export const MEETING = 64

/** Kernels by their numbers in kernels.as. */
const numbers: Readonly<Record<keyof Kernels, number>> = {
  meet: 0,
  multiply: 1,
  multiplyTurned: 2,
  sumRows: 3,
  times: 4,
  pack: 5,
  packTurned: 6,
  unpack: 7,
  activate: 8,
  slope: 9,
  normalise: 10,
  normaliseBack: 11,
}

/** Writes down the calls that one thread of a team makes, as its kernels read them. */
export function writeRecipe(threads: number, make: (kernels: Kernels) => void): Int32Array {
  const list: number[] = []
  const note = (name: keyof Kernels, args: readonly number[]) => {
    list.push(numbers[name], ...args, ...Array.from({ length: CALL - 1 - args.length }, () => 0))
  }
  make({
    meet: () => threads > 1 && note('meet', [MEETING, threads]),
    multiply: (...args) => note('multiply', args),
    multiplyTurned: (...args) => note('multiplyTurned', args),
    sumRows: (...args) => note('sumRows', args),
    times: (...args) => note('times', args),
    pack: (...args) => note('pack', args),
    packTurned: (...args) => note('packTurned', args),
    unpack: (...args) => note('unpack', args),
    activate: (...args) => note('activate', args),
    slope: (...args) => note('slope', args),
    normalise: (...args) => note('normalise', args.with(8, bitsOf(args[8]))),
    normaliseBack: (...args) => note('normaliseBack', args),
  })
  return Int32Array.from(list)
}

/** A number as the bits of a float, for a list of whole numbers. */
function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0] ?? 0
}
