import { kernels } from './kernels.ts'

/** What kernels.as exports. */
interface Kernels {
  /** Does so many calls of the list at this address. */
  run(list: number, count: number): void
}

/** The part of every JavaScript's WebAssembly that is used here; its types come with a browser's only. */
declare const WebAssembly: {
  validate(code: Uint8Array): boolean
  readonly Memory: new (pages: { initial: number; maximum: number; shared: true }) => Memory
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}
interface Memory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): void
}

const PAGE = 65_536
const MOST_PAGES = 65_536

/** The kernels and the memory that they work in, which threads may share. */
export interface Workspace {
  readonly run: Kernels['run']
  /** The same kernels in the same memory, for another thread. */
  readonly module: object
  readonly memory: object
  /** Makes the memory at least so large. Views of it must be taken anew. */
  reach(bytes: number): void
  words(at: number, length: number): Int32Array
  floats(at: number, length: number): Float32Array
  doubles(at: number, length: number): Float64Array
}

/** Starts the kernels. Null where this computer or program has no such WebAssembly. */
export function openWorkspace(): Workspace | null {
  const code = Buffer.from(kernels, 'base64')
  if (!WebAssembly.validate(code)) return null
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true })
  const module = new WebAssembly.Module(code)
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return {
    run: (exports as Kernels).run, // safe: what kernels.as exports
    module,
    memory,
    reach(bytes) {
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE)
      if (missing > 0) memory.grow(missing)
    },
    words: (at, length) => new Int32Array(memory.buffer, at, length),
    floats: (at, length) => new Float32Array(memory.buffer, at, length),
    doubles: (at, length) => new Float64Array(memory.buffer, at, length),
  }
}
