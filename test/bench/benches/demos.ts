import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Result } from '#headless/demo/figures.ts'
import { startedByUs } from '#headless/starter-watch.ts'
import { type Bench, percentile } from '../bench.ts'

const RUNS = 50
/** The smallest demo that there is, for a quick look. */
const QUICK = ['--hospitals', '3']
/** A demo that is not over by then hangs: it takes half a minute on two free cores. */
const LIMIT_MS = 20 * 60_000
const PROGRAM = path.join(import.meta.dirname, '..', '..', '..', 'electron', 'headless', 'demo.ts')

/** Whole demos one after the other, each as a person starts it: none may hang, or leave two models behind. */
export const bench: Bench = {
  about: 'whole demos in a row: how many hang, and how long they take (s)',
  async run({ quick }) {
    const runs = quick ? 1 : RUNS
    const seconds: number[] = []
    const failures: string[] = []
    for (let run = 1; run <= runs; run++) {
      const started = performance.now()
      const said = await demo(quick ? QUICK : []).catch((error: unknown) => {
        failures.push(String(error))
        return String(error)
      })
      seconds.push((performance.now() - started) / 1000)
      process.stderr.write(`demo ${run}: ${seconds.at(-1)?.toFixed(1)} s, ${said}\n`)
    }
    if (failures.length > 0)
      throw new Error(`${failures.length} of ${runs} demos failed:\n${failures.join('\n')}`)
    const at = (hundred: number) => percentile(seconds, hundred).toFixed(1)
    return {
      ...{ demos: runs, hung: 0, 'shortest (s)': at(0), 'median (s)': at(50) },
      ...{ '95% (s)': at(95), 'longest (s)': at(100) },
    }
  },
}

/** One demo, and what became of it. Rejects when it takes too long, fails, or ends with different models. */
async function demo(args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-demos-'))
  const file = path.join(folder, 'result.json')
  try {
    const { code, said } = await ended([...args, '--json', file])
    if (code !== 0) throw new Error(`The demo ended with ${code}. It said last:\n${said}`)
    // Safe: written by the same version of the demo.
    const result = JSON.parse(readFileSync(file, 'utf8')) as Result
    const models = new Set(result.institutions.map((one) => one.modelHash))
    if (models.size !== 1 || models.has(null)) throw new Error(`The demo ended with ${models.size} models`)
    return `${result.rounds} rounds`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function ended(args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...startedByUs() },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LIMIT_MS,
    // Asks it to stop its hospitals, too.
    killSignal: 'SIGINT',
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)))
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, said }))
  })
}
