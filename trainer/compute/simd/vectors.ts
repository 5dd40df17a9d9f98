import { kernels } from './kernels.ts'

/** What kernels.as exports, by addresses in bytes. Each does what its comment there says. */
export interface Vectors {
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
  unpack(from: number, to: number, height: number, width: number, tall: number): void
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

/** The part of every JavaScript's WebAssembly that is used here; its types come with a browser's only. */
declare const WebAssembly: {
  validate(code: Uint8Array): boolean
  readonly Memory: new (pages: { initial: number }) => Memory
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}
interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): void
}

const PAGE = 65_536

/** The kernels and the memory that they work in. */
export interface Workspace {
  readonly vectors: Vectors
  /** Makes the memory at least so large. Views of it must be taken anew. */
  reach(bytes: number): void
  floats(at: number, length: number): Float32Array
  doubles(at: number, length: number): Float64Array
}

/** Starts the kernels. Null where this computer or program has no such WebAssembly. */
export function startVectors(): Workspace | null {
  const code = Buffer.from(kernels, 'base64')
  if (!WebAssembly.validate(code)) return null
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } })
  return {
    vectors: exports as Vectors, // safe: what kernels.as exports
    reach(bytes) {
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE)
      if (missing > 0) memory.grow(missing)
    },
    floats: (at, length) => new Float32Array(memory.buffer, at, length),
    doubles: (at, length) => new Float64Array(memory.buffer, at, length),
  }
}
