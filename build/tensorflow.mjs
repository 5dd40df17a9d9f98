import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { findNpm } from './npm.mjs'
import { main, Plain, root, say } from './place.mjs'
import { runQuietly } from './run.mjs'
import { setUp } from './setup.mjs'

const BUILD_LIMIT_MS = 10 * 60_000
const PROOF_LIMIT_MS = 60_000
/** The Node-API version that the package asks for: the addon then loads in every later Node and Electron. */
const NODE_API = 8

const home = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node')

/** Trains for a moment with the native TensorFlow and prints its version, or the reason why it could not. */
const PROOF = `
const { openBackend } = await import('#trainer/compute/backends.ts')
const opened = await openBackend('tensorflow')
if ('missing' in opened) { console.error(opened.missing, opened.cause ?? ''); process.exit(1) }
const { tf } = opened
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] })
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
const x = tf.ones([64, 4])
const { history } = await model.fit(x, tf.ones([64, 1]), { epochs: 20, verbose: 0 })
if (!(history.loss.at(-1) < history.loss[0])) process.exit(1)
console.log('version', tf.backend().binding.TF_Version)
`

// npm run tensorflow [-- --cuda | --again]
await main(async () => {
  const node = await setUp()
  // It uses a package: in a fresh checkout there is none before this.
  const wheels = await import('./wheel.mjs')
  if (!existsSync(home))
    throw new Plain('The package @tensorflow/tfjs-node is not installed on this computer.')
  const args = process.argv.slice(2)
  const wheel = wheels.wheelFor(args.includes('--cuda'))
  const before = args.includes('--again') || args.includes('--cuda') ? null : await prove(node)
  if (before?.code === 0) return tell(before)
  await install(node, wheel, wheels)
  const after = await prove(node)
  if (after.code === 0) return tell(after)
  throw new Plain(`The native TensorFlow was built but does not train:\n${lastLines(after.output)}`)
})

async function install(
  /** @type {string} */ node,
  /** @type {import('./wheel.mjs').Wheel} */ wheel,
  /** @type {typeof import('./wheel.mjs')} */ { fetchWheel, unpackWheel },
) {
  const deps = path.join(home, 'deps')
  rmSync(deps, { recursive: true, force: true })
  mkdirSync(deps, { recursive: true })
  say(`Fetching ${wheel.project} ${wheel.version} (${wheel.megabytes} MB) with pip.`)
  const file = await fetchWheel(wheel, deps)
  say('Unpacking its library and headers.')
  await unpackWheel(file, deps)
  rmSync(file)
  for (const [name, library] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ]) {
    if (name && library) symlinkSync(library, path.join(deps, 'lib', name))
  }
  say('Building the addon of @tensorflow/tfjs-node.')
  await buildAddon(node)
}

async function buildAddon(/** @type {string} */ node) {
  const to = path.join(home, 'lib', `napi-v${NODE_API}`)
  const args = [
    'rebuild',
    `--nodedir=${headersFor(node)}`,
    `--module=${path.join(to, 'tfjs_binding.node')}`,
    '--module_name=tfjs_binding',
    `--module_path=${to}`,
    `--napi_version=${NODE_API}`,
    `--napi_build_version=${NODE_API}`,
  ]
  const options = { cwd: home, limitMs: BUILD_LIMIT_MS }
  const { code, output } = await runQuietly(node, [findGyp(), ...args], options)
  if (code === 0) return
  throw new Plain(
    'The addon could not be built. It needs Python 3, make and a C++ compiler (Debian: build-essential). ' +
      `What was said:\n${lastLines(output)}`,
  )
}

/** The folder over include/node: of the Node that will run it, else of the packaged one. */
function headersFor(/** @type {string} */ node) {
  const packaged = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`)
  const places = [path.dirname(path.dirname(node)), packaged]
  const found = places.find((place) => existsSync(path.join(place, 'include', 'node', 'node_api.h')))
  if (found) return found
  throw new Plain('The headers of Node were found neither beside the Node that runs nor among the packages.')
}

/** node-gyp stands among the packages and inside npm itself. */
function findGyp() {
  const npm = findNpm()
  const inNpm = npm ? [path.join(path.dirname(npm), '..', 'node_modules')] : []
  const places = [path.join(root, 'node_modules'), ...inNpm]
  const found = places.map((place) => path.join(place, 'node-gyp', 'bin', 'node-gyp.js')).find(existsSync)
  if (found) return found
  throw new Plain('node-gyp was found neither among the packages nor in npm.')
}

function prove(/** @type {string} */ node) {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '1' }
  const args = ['--input-type=module', '--eval', PROOF]
  return runQuietly(node, args, { cwd: root, env, limitMs: PROOF_LIMIT_MS })
}

function tell(/** @type {{ output: string }} */ { output }) {
  const version = /version (\S+)/.exec(output)?.[1] ?? 'of unknown version'
  say(`The native TensorFlow ${version} trains here. The trainer uses it where it is the quickest.`)
  return 0
}

function lastLines(/** @type {string} */ output) {
  return output.trim().split('\n').slice(-15).join('\n')
}
