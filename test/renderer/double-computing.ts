import type { ComputeView, Settings } from '#contract/settings.ts'

export const firstSettings: Settings = {
  language: 'en',
  schedule: { nightsOnly: false, pauseOnBattery: true },
  compute: { engine: null, threads: null },
}

/** An engine that was measured on a study's own shape. */
export const computing: ComputeView = {
  backend: 'tensorflow',
  reason: "It was the quickest of those measured on a step of this study's own size.",
  available: ['simd', 'fused', 'tensorflow', 'wasm', 'cpu'],
  missing: ['No graphics card was found that WebGPU can use.'],
  card: null,
  measured: [
    { engine: 'tensorflow', ms: 2.1 },
    { engine: 'simd', ms: 4.9 },
  ],
  notices: [],
  threads: 8,
}
