import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { askPython } from '../train/python.ts'
import type { Found, Pooled } from './reference.ts'

/** statsmodels in a process of its own. Null without MURMURATION_BENCH_PYTHON, the Python that has it. */
export async function startStatsmodels() {
  const program = process.env['MURMURATION_BENCH_PYTHON']
  if (!program) return null
  const { ask, close } = askPython(program, path.join(import.meta.dirname, 'reference.py'))
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-exact-'))
  const file = path.join(folder, 'rows')
  /** Null where it comes to no finite answer. */
  const fit = async ({ kind, x, ...rest }: Pooled): Promise<Found | null> => {
    writeFileSync(file, x)
    const plain = { y: [...rest.y], events: [...rest.events], strata: [...rest.strata] }
    const reply = await ask({ kind, columns: rest.columns, file, ...plain })
    return reply['none'] === true ? null : (reply as unknown as Found) // our own script's
  }
  const { version } = (await ask({ kind: 'version' })) as { version: string }
  const end = () => {
    close()
    rmSync(folder, { recursive: true })
  }
  return { version, fit, close: end }
}
