import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { main, root } from './place.mjs'
import { runQuietly } from './run.mjs'
import { setUp } from './setup.mjs'

const LIMIT_MS = 120_000
const folder = path.join(root, 'trainer', 'compute', 'simd')
const compiler = path.join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js')
/** The most memory that the kernels may have, in pages of 64 KB: 4 GB. Memory that threads share must say so. */
const MOST_PAGES = 65_536
const memory = ['--importMemory', '--sharedMemory', '--maximumMemory', String(MOST_PAGES)]
const options = ['-O3', '--runtime', 'stub', '--noAssert', ...memory]
const features = ['--enable', 'simd', '--enable', 'relaxed-simd', '--enable', 'threads']

/** The text of kernels.ts: what the compiler makes of kernels.as, by the Node program given. Nothing is downloaded. */
export async function compileKernels(/** @type {string} */ node) {
  const out = mkdtempSync(path.join(tmpdir(), 'kernels-'))
  try {
    const file = path.join(out, 'kernels.wasm')
    // The compiler knows its language by TypeScript's ending; ours keeps other tools off the file.
    copyFileSync(path.join(folder, 'kernels.as'), path.join(out, 'kernels.ts'))
    const args = [compiler, 'kernels.ts', '-o', file, ...options, ...features]
    const { code, output } = await runQuietly(node, args, { cwd: out, limitMs: LIMIT_MS })
    if (code !== 0) throw new Error(`The kernels do not compile:\n${output}`)
    return textOf(readFileSync(file).toString('base64'))
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

function textOf(/** @type {string} */ base64) {
  const lines = base64.match(/.{1,100}/g) ?? []
  const text = lines.map((line) => `  '${line}',`).join('\n')
  return `/** kernels.as as WebAssembly in base64. Made by "node build/kernels.mjs": a test makes it again and compares. */
export const kernels: string = [
${text}
].join('')
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const node = await setUp()
    writeFileSync(path.join(folder, 'kernels.ts'), await compileKernels(node))
    return 0
  })
}
