import type * as TensorFlow from '@tensorflow/tfjs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Gpu, openGpu } from './webgpu.ts'

export type Tf = typeof TensorFlow

/** TensorFlow's backends: native, on a graphics card, in WebAssembly, plain. */
export const backends = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const
export type Backend = (typeof backends)[number]

/** Every engine there is: our own passes in vectors and plain, and TensorFlow's backends. */
export const engineNames = ['simd', 'fused', ...backends] as const
export type EngineName = (typeof engineNames)[number]

/** A backend that is ready, or the sentence that says why it is not there: an expected outcome. */
export type Opened = { readonly tf: Tf; readonly gpu?: Gpu | null } | { readonly missing: string }

/** Sets a backend for this whole process and waits until it computes. Nothing is downloaded. Threads count where a backend first opens. */
export async function openBackend(backend: Backend, threads: number | null = null): Promise<Opened> {
  try {
    const tf = await import('@tensorflow/tfjs')
    // Without this TensorFlow.js prints advice to install packages.
    tf.env().set('PROD', true)
    if (backend === 'tensorflow') loadNative(threads)
    if (backend === 'wasm') await loadWasm()
    const gpu = backend === 'webgpu' ? await openGpu(tf) : null
    if (backend === 'webgpu' && !gpu) return { missing: sentences.webgpu }
    if (await tf.setBackend(backend)) return { tf, gpu }
    return { missing: `TensorFlow's backend "${backend}" did not start.` }
  } catch {
    return { missing: sentences[backend] }
  }
}

const sentences: Readonly<Record<Backend, string>> = {
  tensorflow: 'The native TensorFlow is not installed; "npm run tensorflow" says how to get it.',
  webgpu: 'No graphics card was found that WebGPU can use.',
  wasm: "TensorFlow's WebAssembly could not be loaded.",
  cpu: "TensorFlow's plain backend could not be loaded.",
}

/** Registers the backend "tensorflow". Its package was written for older Node: it uses two functions of `util` that are gone. */
function loadNative(threads: number | null): void {
  const load = createRequire(import.meta.url)
  const util: Record<string, unknown> = load('node:util')
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
  // Its library reads these once, when it is loaded: warnings only, and how many threads an operation may take.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
  if (threads !== null) {
    process.env['TF_NUM_INTRAOP_THREADS'] = String(threads)
    process.env['TF_NUM_INTEROP_THREADS'] = String(threads)
  }
  load('@tensorflow/tfjs-node')
}

/** Registers the backend "wasm" with the files of its own package, on one thread. */
async function loadWasm(): Promise<void> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm')
  const folder = path.dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')))
  wasm.setThreadsCount(1)
  wasm.setWasmPaths(`${folder}${path.sep}`)
}
