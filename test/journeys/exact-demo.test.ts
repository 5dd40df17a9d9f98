import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Result } from '#headless/demo/figures.ts'
import { runCommand } from '#headless/demo/hospital.ts'
import { demoMaterial, sampleMaterial, type Material } from '#headless/demo/prepare.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration exact demo '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const nowhere = { home: path.join(folder, 'none'), passphraseFile: path.join(folder, 'none') }

/** A material as a folder and a study file that `demo` takes, as a person writes one: without a plan. */
function written(name: string, { study: file, tables }: Material) {
  const data = path.join(folder, name)
  mkdirSync(data)
  for (const one of tables) if ('csv' in one) writeFileSync(path.join(data, `${one.name}.csv`), one.csv)
  const { plan, ...study } = file.study
  expect(plan.model.kind).toBe('linear')
  const place = path.join(folder, `${name}.json`)
  writeFileSync(place, JSON.stringify({ ...file, study }))
  return ['demo', '--data', data, '--study', place, '--json', path.join(folder, `${name} result.json`)]
}

const resultOf = (name: string) =>
  JSON.parse(readFileSync(path.join(folder, `${name} result.json`), 'utf8')) as Result

test(
  'a demo of a study without a plan fits exactly: as good as pooled in a few rounds',
  { timeout: 320_000 },
  async () => {
    const { code, out, err } = await runCommand(nowhere, written('enough', demoMaterial(3)))
    expect(code, err).toBe(0)
    expect(err).toContain('It is fitted exactly')
    expect(out).toContain('the same model at every hospital')
    const { overall, rounds } = resultOf('enough')
    expect(rounds).toBeLessThan(15)
    expect(overall.shared.logLoss! - overall.pooled.logLoss!).toBeLessThan(0.003)
  },
)

test(
  'where the rows are too few for an exact fit the demo says so and averages',
  { timeout: 320_000 },
  async () => {
    const material = sampleMaterial(3)
    const few = material.tables.map((one) => ({ ...one, csv: one.csv.split('\n').slice(0, 150).join('\n') }))
    const { code, err } = await runCommand(nowhere, written('few', { ...material, tables: few }))
    expect(code, err).toBe(0)
    expect(err).toMatch(
      /asks for at least \d+ training rows over all hospitals; there are \d+.*averages instead/,
    )
    const { institutions, rounds } = resultOf('few')
    expect(rounds).toBeGreaterThan(5)
    expect(new Set(institutions.map((one) => one.modelHash)).size).toBe(1)
  },
)

test(
  'an exact demo begins anew without a hospital whose process is killed, and comes to its end',
  { timeout: 320_000 },
  async () => {
    const args = written('killed', demoMaterial(4))
    const keep = path.join(folder, 'kept')
    const main = path.join(import.meta.dirname, '..', '..', 'electron', 'headless', 'main.ts')
    const demo = spawn(process.execPath, [main, ...args, '--keep', keep])
    let said = ''
    demo.stderr.setEncoding('utf8').on('data', (text: string) => {
      const isOver = said.includes('has approved.')
      said += text
      if (isOver || !said.includes('has approved.')) return
      const last = readdirSync(keep).find((name) => name.startsWith('4 '))!
      process.kill(
        JSON.parse(readFileSync(path.join(keep, last, 'home', 'engine.json'), 'utf8')).pid,
        'SIGKILL',
      )
    })
    const code = await new Promise((resolve) => demo.once('close', resolve))
    expect(code, said).toBe(0)
    expect(said).toMatch(/It begins anew without it/)
    const { institutions } = resultOf('killed')
    expect(institutions).toHaveLength(3)
    expect(new Set(institutions.map((one) => one.modelHash)).size).toBe(1)
  },
)
