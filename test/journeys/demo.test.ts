import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '#headless/demo/hospital.ts'
import { isAlive } from '#headless/starter-watch.ts'
import type { Result } from '#headless/demo/figures.ts'
import { sampleMaterial } from '#headless/demo/prepare.ts'
import { stopAll } from '#headless/demo/stop.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration demo '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const root = path.join(import.meta.dirname, '..', '..')
const shared = path.join(root, '..', 'shared', 'data', 'heart-disease', 'hospitals')
const nowhere = { home: path.join(folder, 'none'), passphraseFile: path.join(folder, 'none') }

/** Some sample hospitals with a short plan, as a folder and a study file that `demo` takes. */
function smallStudy(name: string, rounds: number, hospitals = 4) {
  const { study, tables } = sampleMaterial(hospitals)
  const data = path.join(folder, name)
  mkdirSync(data)
  for (const table of tables) writeFileSync(path.join(data, `${table.name}.csv`), table.csv)
  const file = path.join(folder, `${name}.json`)
  const { plan } = study.study
  writeFileSync(file, JSON.stringify({ ...study, study: { ...study.study, plan: { ...plan, rounds } } }))
  return { data, file }
}

test('one command makes four sample hospitals learn one model together', { timeout: 320_000 }, async () => {
  const { data, file } = smallStudy('samples', 3)
  const json = path.join(folder, 'samples result.json')
  const { code, out, err } = await runCommand(nowhere, [
    'demo',
    '--data',
    data,
    '--study',
    file,
    '--json',
    json,
  ])
  expect(code, err).toBe(0)
  expect(out).toMatch(/hospital +rows +held out +AUC alone +AUC shared/)
  expect(out).toContain('the same model at every hospital')
  const result = JSON.parse(readFileSync(json, 'utf8')) as Result
  expect(Object.keys(result)).toEqual(['institutions', 'overall', 'rounds', 'seconds'])
  expect(result.institutions).toHaveLength(4)
  for (const one of result.institutions) {
    expect(Object.keys(one)).toEqual(['name', 'rows', 'alone', 'shared', 'worth', 'modelHash', 'bytesSent'])
    expect(one.modelHash).toBe(result.institutions[0]!.modelHash)
    expect(one.bytesSent).toBeGreaterThan(1000)
  }
  expect(result.institutions[0]!.modelHash).toMatch(/^[0-9a-f]{64}$/)
  expect(result.rounds).toBe(5)
  expect(result.overall.shared.auc).toBeGreaterThan(0.7)
  expect(result.overall.pooled.auc).toBeGreaterThan(0.7)
  expect(existsSync(json)).toBe(true)
})

const withData = existsSync(shared) ? test : test.skip
if (!existsSync(shared))
  console.warn('Skipped: heart disease needs ../shared/data/heart-disease beside this checkout')

withData('heart disease: the shared model is as good as pooled patients', { timeout: 320_000 }, async () => {
  const study = path.join(root, 'test', 'studies', 'heart-disease.json')
  const json = path.join(folder, 'heart result.json')
  const { code, out, err } = await runCommand(nowhere, [
    'demo',
    '--data',
    shared,
    '--study',
    study,
    '--json',
    json,
  ])
  expect(code, err).toBe(0)
  console.log(out)
  const { institutions, overall } = JSON.parse(readFileSync(json, 'utf8')) as Result
  expect(institutions.map(({ name, rows }) => [name, rows])).toEqual([
    ['cleveland', 303],
    ['hungarian', 261],
    ['switzerland', 46],
    ['va', 130],
  ])
  expect(overall.shared.auc).toBeGreaterThanOrEqual(0.875)
  expect(overall.shared.logLoss).toBeLessThanOrEqual(0.445)
  expect(overall.shared.auc).toBeGreaterThan(overall.alone.auc!)
  expect(new Set(institutions.map((one) => one.modelHash)).size).toBe(1)
})

test(
  'a hospital whose process is killed is left out, and the others come to their end',
  { timeout: 320_000 },
  async () => {
    const { data, file } = smallStudy('one killed', 3, 5)
    const [keep, json] = [path.join(folder, 'kept with one killed'), path.join(folder, 'one killed.json')]
    const main = path.join(root, 'electron', 'headless', 'main.ts')
    const args = [main, 'demo', '--data', data, '--study', file, '--keep', keep, '--json', json]
    const demo = spawn(process.execPath, args)
    let said = ''
    demo.stderr.setEncoding('utf8').on('data', (text: string) => {
      const isOver = said.includes('has approved')
      said += text
      if (isOver || !said.includes('has approved')) return
      const last = readdirSync(keep)
        .filter((name) => name.startsWith('5 '))
        .at(0)!
      process.kill(
        JSON.parse(readFileSync(path.join(keep, last, 'home', 'engine.json'), 'utf8')).pid,
        'SIGKILL',
      )
    })
    const code = await new Promise((resolve) => demo.once('close', resolve))
    expect(code, said).toBe(0)
    expect(said).toMatch(/is left out: its process has ended/)
    const { institutions } = JSON.parse(readFileSync(json, 'utf8')) as Result
    expect(institutions).toHaveLength(4)
    expect(new Set(institutions.map((one) => one.modelHash)).size).toBe(1)
  },
)

// A closed terminal is SIGHUP; who kills a demo outright leaves it no time to stop anybody.
test.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
  'a demo that ends by %s leaves no process behind',
  { timeout: 120_000 },
  async (signal) => {
    const { data, file } = smallStudy(`ended by ${signal}`, 3)
    const keep = path.join(folder, `kept after ${signal}`)
    const main = path.join(root, 'electron', 'headless', 'main.ts')
    const parent = spawn(process.execPath, [main, 'demo', '--data', data, '--study', file, '--keep', keep])
    await new Promise<void>((resolve, reject) => {
      parent.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('have a home')) resolve()
      })
      parent.once('exit', () => reject(new Error('The demo ended before its hospitals ran')))
    })
    parent.removeAllListeners('exit')
    const places = readdirSync(keep).filter((name) => /^\d/.test(name))
    const pids = places.map(
      (place) =>
        JSON.parse(readFileSync(path.join(keep, place, 'home', 'engine.json'), 'utf8')).pid as number,
    )
    try {
      expect(pids.map(isAlive)).toEqual([true, true, true, true])
      parent.kill(signal)
      await expect.poll(() => pids.some(isAlive), { timeout: 30_000, interval: 200 }).toBe(false)
    } finally {
      await stopAll(pids)
    }
  },
)
