import path from 'node:path'
import { askPython } from '../train/python.ts'
import type { Found, Pooled } from './reference.ts'

/** statsmodels in a process of its own. Null without MURMURATION_BENCH_PYTHON, the Python that has it. */
export async function startStatsmodels() {
  const program = process.env['MURMURATION_BENCH_PYTHON']
  if (!program) return null
  const { ask, close } = askPython(program, path.join(import.meta.dirname, 'reference.py'))
  const fit = async ({ kind, x, columns, y, events, strata }: Pooled): Promise<Found> => {
    const name = kind === 'regression' ? 'number' : kind
    const plain = { x: [...x], y: [...y], events: [...events], strata: [...strata] }
    return (await ask({ kind: name, columns, ...plain })) as unknown as Found // our own script's
  }
  // Least squares of two points and a line that they lie on: does it answer?
  const { version } = (await ask({ kind: 'number', columns: 1, x: [1, 2, 3], y: [1, 2, 4] })) as {
    version: string
  }
  return { version, fit, close }
}
