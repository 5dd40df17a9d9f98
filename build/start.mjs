import { requireBuilt } from './entry.mjs'
import { main, whereTyped } from './place.mjs'
import { buildRenderer } from './renderer.mjs'
import { run } from './run.mjs'
import { setUp } from './setup.mjs'

await main(async () => {
  const node = await setUp()
  const program = requireBuilt('start', 'electron/headless/start.ts')
  await buildRenderer(node)
  return run(node, [program, ...process.argv.slice(2)], { cwd: whereTyped('start') })
})
