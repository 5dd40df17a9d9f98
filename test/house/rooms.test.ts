import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from '#build/place.mjs'
import { keepers, rooms } from '#build/rooms.mjs'
import { runQuietly } from '#build/run.mjs'
import { emptyHouse, plant, readProject } from './house.ts'

interface TsConfig {
  compilerOptions: { lib?: string[]; types?: string[] }
  references?: { path: string }[]
}

const readConfig = (name: string) => JSON.parse(readProject(name)) as TsConfig
const all = Object.entries(rooms)
const referencesOf = (place: string, name = 'tsconfig.json') =>
  (readConfig(path.posix.join(place, name)).references ?? []).map((one) => path.posix.join(place, one.path))

test('each tsconfig refers to the rooms its room may import, and to no other', () => {
  for (const [name, { path: place, imports, importsTypes = [] }] of all) {
    const allowed = [...imports, ...importsTypes].map((other) => rooms[other]?.path ?? other)
    expect(referencesOf(place).toSorted(), name).toEqual(allowed.toSorted())
  }
})

test('each tsconfig has the environment its room runs in', () => {
  for (const [name, { path: place, environment }] of all) {
    const { lib = [], types = [] } = readConfig(`${place}/tsconfig.json`).compilerOptions
    expect(types.includes('node'), name).toBe(environment === 'node' || environment === 'any')
    expect(lib.includes('DOM'), name).toBe(environment === 'browser' || environment === 'any')
  }
})

test('the house is all its rooms and no other folder holds code', () => {
  const listed = referencesOf('build', 'tsconfig.rooms.json').map((one) => one.replace('/tsconfig.json', ''))
  expect(listed.toSorted()).toEqual(all.map(([, { path: place }]) => place).toSorted())
  const paths = Object.values(rooms).map(({ path: place }) => place)
  for (const entry of readdirSync(path.join(root, 'electron'), { withFileTypes: true })) {
    if (entry.isDirectory()) expect(paths).toContain(`electron/${entry.name}`)
  }
})

test('every room but the tests has its name for imports', () => {
  const { imports } = JSON.parse(readProject('package.json')) as { imports: Record<string, string> }
  for (const [name, { path: place }] of Object.entries(rooms)) {
    if (name !== 'test') expect(imports[`#${name}/*`]).toBe(`./${place}/*`)
  }
  expect(Object.keys(imports)).toHaveLength(Object.keys(rooms).length)
})

async function cruise(files: Record<string, string>) {
  const home = emptyHouse()
  plant(home, files)
  const folders = [...new Set(Object.keys(files).map((name) => name.split('/')[0] ?? name))]
  const program = path.join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const args = [program, '--config', 'build/dependency-cruiser.config.mjs', ...folders]
  return runQuietly(process.execPath, args, { cwd: home })
}

test('the room rules catch planted violations, by name', async () => {
  const { code, output } = await cruise({
    'electron/domain/noun.ts': "import { table } from '#store/table.ts'\nexport const noun = table",
    'electron/store/table.ts': "import './other.ts'\nexport const table = 1",
    'electron/store/other.ts':
      "import './table.ts'\nimport type { Vector } from '#trainer/vector.ts'\nexport type X = Vector",
    'electron/contract/calls.ts': "import { code } from '#trainer/vector.ts'\nexport const calls = code",
    'trainer/vector.ts': 'export type Vector = number[]\nexport const code = 1',
    'electron/engine/ports.ts': "import 'libp2p'\nimport '@libp2p/tcp'\nimport './nowhere.ts'",
    'renderer/page.ts':
      "import '#kit/clock.ts'\nimport type Database from 'better-sqlite3'\nexport type X = Database",
    'test/kit/clock.ts': 'export const clock = 1',
    'network/node.ts': "import '@tensorflow/tfjs'\nimport 'electron'\nimport 'svelte'",
  })
  expect(code).not.toBe(0)
  for (const rule of [
    'domain-imports-only-its-rooms',
    'store-imports-only-its-rooms',
    'contract-imports-only-types-of-trainer',
    'renderer-imports-only-its-rooms',
    'only-network-imports-libp2p',
    'node_modules/@libp2p/tcp',
    'only-store-imports-better-sqlite3',
    'only-trainer-imports-tensorflow',
    'only-shell-imports-electron',
    'only-renderer-imports-svelte',
    'no-circles',
    'everything-resolves',
  ]) {
    expect(output).toContain(rule)
  }
})

test('the room rules let through what the table allows', async () => {
  const { output } = await cruise({
    'electron/engine/service.ts':
      "import '#store/table.ts'\nimport '#network/node.ts'\nimport '#trainer/vector.ts'",
    'electron/store/table.ts': "import 'better-sqlite3'",
    'network/node.ts': "import 'libp2p'\nimport '@libp2p/tcp'",
    'trainer/vector.ts': "import '@tensorflow/tfjs'\nexport type Vector = number[]",
    'electron/contract/calls.ts': "import type { Vector } from '#trainer/vector.ts'\nexport type X = Vector",
    'test/some.test.ts': "import 'libp2p'\nimport '#store/table.ts'\nimport '#build/rooms.mjs'",
  })
  expect(output).toContain('no dependency violations found')
})

test('the compiler refuses a room that the tsconfig does not refer to, and the wrong environment', async () => {
  const home = emptyHouse(['electron/domain', 'electron/store'])
  plant(home, {
    'electron/domain/noun.ts':
      "import { table } from '#store/table.ts'\nexport const noun = [table, process.pid]",
    'electron/store/table.ts': 'export const table = document',
  })
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, output } = await runQuietly(process.execPath, [tsc, '-b', 'electron/store'], { cwd: home })
  expect(code).not.toBe(0)
  expect(output).toMatch(/noun\.ts.*TS6307/)
  expect(output).toMatch(/noun\.ts.*'process'/)
  expect(output).toMatch(/table\.ts.*'document'/)
})

test('every heavy package has a room as its keeper', () => {
  for (const { keeper } of keepers) expect(rooms[keeper]).toBeDefined()
})
