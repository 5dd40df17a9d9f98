import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { describePackage, wantedFuses } from './builder.mjs'
import { findElectron } from './electron.mjs'
import { copyModules } from './modules.mjs'
import { main, Plain, root, say } from './place.mjs'
import { run } from './run.mjs'
import { setUp } from './setup.mjs'
import { buildShell } from './shell.mjs'

const PACK_LIMIT_MS = 15 * 60_000
const SEPARATE = ['program.cjs', 'engine.mjs', 'trainer.mjs', 'sample.mjs', 'reader.mjs']
/** What @electron/fuses answers for a fuse that a binary does not have. */
const ABSENT = 'undefined'

await main(async () => {
  const node = await setUp()
  const electron = await findElectron(node)
  if (typeof electron === 'string') throw new Plain(`The app cannot be packed without Electron. ${electron}`)
  const { dist, version, old } = electron
  if (old)
    say(`Electron ${version} is too old for the database: the Node that runs it now is packed beside it.`)
  const out = path.join(root, 'build', 'out')
  const app = path.join(out, 'app')
  const programs = path.join(out, 'programs')
  stage(await buildShell(node), app, programs)
  const fuses = await fusesOf(electron.program)
  const output = path.join(out, 'packages')
  const description = describePackage({
    programs,
    output,
    dist,
    version,
    node: old ? node : undefined,
    fuses,
  })
  const config = path.join(out, 'electron-builder.json')
  mkdirSync(out, { recursive: true })
  writeFileSync(config, `${JSON.stringify(description, null, 2)}\n`)
  const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js')
  const args = [
    builder,
    '--projectDir',
    app,
    '--config',
    config,
    '--publish',
    'never',
    ...process.argv.slice(2),
  ]
  const code = await run(node, args, { cwd: root, limitMs: PACK_LIMIT_MS })
  rmSync(app, { recursive: true, force: true })
  rmSync(programs, { recursive: true, force: true })
  if (code === 0) say(`The app is in ${output}.`)
  return code
})

/** The app as it goes into its archive, and apart from it the programs that run in processes of their own. */
function stage(/** @type {string} */ shell, /** @type {string} */ app, /** @type {string} */ programs) {
  for (const folder of [app, programs]) rmSync(folder, { recursive: true, force: true })
  cpSync(shell, app, { recursive: true })
  mkdirSync(programs)
  for (const name of SEPARATE) renameSync(path.join(app, name), path.join(programs, name))
  copyModules(programs, process)
}

/** The fuses that this binary has, each as we want it; those it lacks are named. */
async function fusesOf(/** @type {string} */ program) {
  const wire = await getCurrentFuseWire(program)
  const entries = Object.entries(wantedFuses).map(([name, { fuse, on }]) => {
    const place = FuseV1Options[/** @type {keyof typeof FuseV1Options} */ (fuse)]
    return { name, on, there: String(wire[place]) !== ABSENT }
  })
  const absent = entries.filter(({ there }) => !there).map(({ name }) => name)
  if (absent.length > 0) say(`This Electron has no fuse for: ${absent.join(', ')}.`)
  return Object.fromEntries(entries.filter(({ there }) => there).map(({ name, on }) => [name, on]))
}
