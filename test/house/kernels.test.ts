import { expect, test } from 'vitest'
import { compileKernels } from '#build/kernels.mjs'
import { kernels } from '#trainer/compute/simd/kernels.ts'

test(
  'the WebAssembly of our own passes is what the compiler makes of its source',
  { timeout: 60_000 },
  async () => {
    const made = await compileKernels(process.execPath)
    expect([...made.matchAll(/'(.*)',/g)].map(([, line]) => line).join('')).toBe(kernels)
  },
)
