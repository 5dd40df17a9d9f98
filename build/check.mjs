import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { main, root, say } from './place.mjs'
import { runQuietly } from './run.mjs'
import { setUp } from './setup.mjs'

const STEP_LIMIT_MS = 3 * 60_000
const SHOWN_LINES = 60
const PRETTIER_CACHE = ['--cache', '--cache-location', 'build/out/prettier']
const SOURCES = ['electron', 'network', 'trainer', 'renderer', 'build', 'test']

/** @typedef {{ name: string, program: string, args: string[] }} Step */

await main(async () => {
  const node = await setUp()
  const only = process.argv.slice(2)
  const steps = allSteps().filter(({ name }) => only.length === 0 || only.includes(name))
  const failed = []
  for (const step of steps) {
    if (!(await passes(node, step))) failed.push(step.name)
  }
  if (failed.length > 0) say(`Not in order: ${failed.join(', ')}.`)
  return failed.length === 0 && steps.length > 0 ? 0 : 1
})

async function passes(/** @type {string} */ node, /** @type {Step} */ { name, program, args }) {
  const started = Date.now()
  const file = path.join(root, 'node_modules', ...program.split('/'))
  const { code, output } = await runQuietly(node, [file, ...args], { cwd: root, limitMs: STEP_LIMIT_MS })
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${seconds} s`)
  if (code !== 0) say(shorten(output))
  return code === 0
}

/** @returns {Step[]} */
function allSteps() {
  const folders = SOURCES.filter((folder) => existsSync(path.join(root, folder)))
  return [
    { name: 'types', program: 'typescript/bin/tsc', args: ['-b', 'build/tsconfig.rooms.json'] },
    ...svelteSteps(),
    { name: 'lint', program: 'oxlint/bin/oxlint', args: ['--type-aware', '--deny-warnings', ...folders] },
    {
      name: 'rooms',
      program: 'dependency-cruiser/bin/dependency-cruiser.mjs',
      args: ['--config', 'build/dependency-cruiser.config.mjs', '--output-type', 'err-long', ...folders],
    },
    {
      name: 'unused',
      program: 'knip/bin/knip.js',
      args: ['--config', 'build/knip.jsonc', '--no-config-hints'],
    },
    {
      name: 'format',
      program: 'prettier/bin/prettier.cjs',
      args: ['--check', ...PRETTIER_CACHE, '--log-level', 'warn', '.'],
    },
  ]
}

/** @returns {Step[]} */
function svelteSteps() {
  if (!hasSvelteFiles()) return []
  const lint = ['--config', 'build/eslint.config.mjs', '--max-warnings', '0', 'renderer']
  const types = ['--tsconfig', 'renderer/tsconfig.json', '--output', 'human', '--fail-on-warnings']
  return [
    { name: 'pages', program: 'svelte-check/bin/svelte-check', args: types },
    { name: 'svelte', program: 'eslint/bin/eslint.js', args: lint },
  ]
}

function hasSvelteFiles() {
  const folder = path.join(root, 'renderer')
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.svelte'))
  )
}

function shorten(/** @type {string} */ output) {
  const lines = output.trim().split('\n')
  if (lines.length <= SHOWN_LINES) return lines.join('\n')
  return [...lines.slice(0, SHOWN_LINES), `… and ${lines.length - SHOWN_LINES} more lines`].join('\n')
}
