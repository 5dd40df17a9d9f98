import type * as TensorFlow from '@tensorflow/tfjs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export type Tf = typeof TensorFlow

/** TensorFlow's backends, quickest first. */
export const backends = ['tensorflow', 'wasm', 'cpu'] as const
export type Backend = (typeof backends)[number]

/** A backend that is ready, or the sentence that says why it is not there: an expected outcome. */
export type Opened = { readonly tf: Tf } | { readonly missing: string }

/** Sets a backend for this whole process and waits until it computes. Nothing is downloaded. */
export async function openBackend(backend: Backend): Promise<Opened> {
  try {
    const tf = await import('@tensorflow/tfjs')
    // Without this TensorFlow.js prints advice to install packages.
    tf.env().set('PROD', true)
    if (backend === 'tensorflow') loadNative()
    if (backend === 'wasm') await loadWasm()
    if (await tf.setBackend(backend)) return { tf }
    return { missing: `TensorFlow's backend "${backend}" did not start.` }
  } catch {
    return { missing: sentences[backend] }
  }
}

const sentences: Readonly<Record<Backend, string>> = {
  tensorflow: 'The native TensorFlow is not installed; "npm run tensorflow" says how to get it.',
  wasm: "TensorFlow's WebAssembly could not be loaded.",
  cpu: "TensorFlow's plain backend could not be loaded.",
}

/** Registers the backend "tensorflow". Its package was written for older Node: it uses two functions of `util` that are gone. */
function loadNative(): void {
  const load = createRequire(import.meta.url)
  const util: Record<string, unknown> = load('node:util')
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
  load('@tensorflow/tfjs-node')
}

/** Registers the backend "wasm" with the files of its own package, on one thread. */
async function loadWasm(): Promise<void> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm')
  const folder = path.dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm')))
  wasm.setThreadsCount(1)
  wasm.setWasmPaths(`${folder}${path.sep}`)
}
