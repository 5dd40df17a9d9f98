import path from 'node:path'
import { findElectron, whyNoScreen } from './electron.mjs'
import { requireBuilt } from './entry.mjs'
import { main, say, whereTyped } from './place.mjs'
import { buildRenderer } from './renderer.mjs'
import { run } from './run.mjs'
import { setUp } from './setup.mjs'
import { buildShell } from './shell.mjs'

await main(async () => {
  const node = await setUp()
  const typed = process.argv.slice(2)
  const args = typed.filter((one) => one !== '--browser')
  const window = await findWindow(node, typed)
  if (typeof window !== 'string') return startWindow(node, window, args)
  say(`${window} The pages open in a browser instead.`)
  const program = requireBuilt('start', 'electron/headless/start.ts')
  await buildRenderer(node)
  return run(node, [program, ...args], { cwd: whereTyped('start') })
})

/** The Electron that can show a window here, or a sentence that says why none can. */
function findWindow(/** @type {string} */ node, /** @type {string[]} */ typed) {
  if (typed.includes('--browser')) return 'No window was wanted.'
  if (typed.some((one) => one.startsWith('-') && !isHome(one)))
    return 'These options are for the browser mode.'
  return whyNoScreen() ?? findElectron(node)
}

function isHome(/** @type {string} */ option) {
  return option === '--home' || option.startsWith('--home=')
}

async function startWindow(
  /** @type {string} */ node,
  /** @type {import('./electron.mjs').Electron} */ { program, version },
  /** @type {string[]} */ args,
) {
  const shell = await buildShell(node)
  say(`Opening a window with Electron ${version}.`)
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, MURMURATION_NODE: node }
  // The window asks for the passphrase itself, and every process of Electron would see what stands here.
  delete env.MURMURATION_PASSPHRASE
  // Some editors' terminals set it, and Electron would be a plain Node.
  delete env.ELECTRON_RUN_AS_NODE
  const at = args.findIndex(isHome)
  const home = at === -1 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1])
  const told = home === undefined ? {} : { MURMURATION_HOME: path.resolve(whereTyped('start'), home) }
  return run(program, [shell], { cwd: whereTyped('start'), env: { ...env, ...told } })
}
