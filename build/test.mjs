import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { findBrowser } from './browser.mjs'
import { main, Plain, root, say } from './place.mjs'
import { buildRenderer } from './renderer.mjs'
import { run, runQuietly } from './run.mjs'
import { setUp } from './setup.mjs'
import { add, closingLines, countTests, nothing, oneFailure } from './tally.mjs'

const BENCH_LIMIT_MS = 10 * 60_000
const BENCHES = path.join(root, 'test', 'bench', 'main.ts')

await main(async () => {
  const filters = process.argv.slice(2)
  const node = await setUp()
  const pages = await tryPages(node)
  if (needsBrowser(filters)) await findBrowser()
  const tests = await runTests(node, filters)
  const benches = filters.length === 0 ? await runBenches(node) : nothing
  const total = add(add(pages, tests), benches)
  process.stdout.write(`\n${closingLines(total)}\n`)
  return total.failed === 0 && total.passed > 0 ? 0 : 1
})

/** Pages that cannot be built are a failure, and the tests that need none of them still run. */
async function tryPages(/** @type {string} */ node) {
  try {
    await buildRenderer(node)
    return nothing
  } catch (error) {
    if (!(error instanceof Plain)) throw error
    say(error.message)
    return oneFailure('the pages could not be built')
  }
}

/** A browser may take minutes to install: that is done before any test's clock runs. */
function needsBrowser(/** @type {string[]} */ filters) {
  const folder = path.join(root, 'test')
  const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  )
  const chosen = tests.filter((name) => filters.length === 0 || filters.some((part) => chooses(part, name)))
  return chosen.some((name) => readFileSync(path.join(folder, name), 'utf8').includes('findBrowser('))
}

function chooses(/** @type {string} */ filter, /** @type {string} */ name) {
  return `test/${name}`.replaceAll('\\', '/').includes(filter.replaceAll('\\', '/'))
}

async function runTests(/** @type {string} */ node, /** @type {string[]} */ filters) {
  const report = path.join(root, 'build', 'out', `tests-${randomUUID()}.json`)
  mkdirSync(path.dirname(report), { recursive: true })
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const config = ['--config', path.join(root, 'build', 'vitest.config.mjs')]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  try {
    const code = await run(node, [vitest, 'run', ...config, ...reporters, ...filters], { cwd: root })
    return countTests(existsSync(report) ? readFileSync(report, 'utf8') : undefined, code)
  } finally {
    rmSync(report, { force: true })
  }
}

/** Every bench runs once in its quick form: it must work, its figures are not judged here. */
async function runBenches(/** @type {string} */ node) {
  if (!existsSync(BENCHES)) return nothing
  const { code, output } = await runQuietly(node, [BENCHES, '--list'], { cwd: root, limitMs: BENCH_LIMIT_MS })
  if (code !== 0) say(`The list of benches could not be read:\n${output.trim()}`)
  let total = code === 0 ? nothing : oneFailure('the list of benches could not be read')
  for (const name of output.split('\n').filter((line) => code === 0 && /^[a-z][a-z0-9-]*$/.test(line))) {
    say(`\nbench ${name} --quick`)
    const report = path.join(root, 'build', 'out', `bench-${randomUUID()}.json`)
    const asked = [BENCHES, name, '--quick', '--json', report]
    const ended = await run(node, asked, { cwd: root, limitMs: BENCH_LIMIT_MS })
    say(`bench ${name}: ${ended === 0 ? 'works' : `ended with code ${ended}`}`)
    const why = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).failure : `code ${ended}`
    rmSync(report, { force: true })
    total = add(total, ended === 0 ? { ...nothing, passed: 1 } : oneFailure(`bench ${name} --quick`, why))
  }
  return total
}
