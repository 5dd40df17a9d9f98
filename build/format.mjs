import path from 'node:path'
import { main, root } from './place.mjs'
import { run } from './run.mjs'
import { setUp } from './setup.mjs'

await main(async () => {
  const node = await setUp()
  const prettier = path.join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs')
  const files = process.argv.length > 2 ? process.argv.slice(2) : ['.']
  return run(node, [prettier, '--write', '--log-level', 'warn', ...files], { cwd: root })
})
