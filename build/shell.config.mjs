import path from 'node:path'
import { defineConfig } from 'vite'
import { root } from './place.mjs'

/**
 * The programs of the app in a window. Those of Electron's own process are CommonJS, as a sandboxed preload script
 * must be and an older Electron understands; the others are modules for Node 24 or Electron's utility processes.
 *
 * @type {Record<string, { entry: string, format: 'cjs' | 'es', target: string }>}
 */
const programs = {
  main: { entry: 'electron/shell/main.ts', format: 'cjs', target: 'node18' },
  preload: { entry: 'electron/shell/preload.ts', format: 'cjs', target: 'node18' },
  program: { entry: 'electron/shell/program.ts', format: 'cjs', target: 'node18' },
  engine: { entry: 'electron/headless/engine-process.ts', format: 'es', target: 'node22' },
  trainer: { entry: 'electron/shell/trainer-process.ts', format: 'es', target: 'node22' },
  sample: { entry: 'electron/headless/rehearsal/sample-process.ts', format: 'es', target: 'node22' },
  reader: { entry: 'electron/shell/reader-process.ts', format: 'es', target: 'node22' },
}

/** Left out of the programs and packed beside them: they hold binaries, or find files of theirs by their own place. */
const external = ['electron', 'better-sqlite3', 'webgpu', /^@tensorflow\//]

export default defineConfig(({ mode }) => {
  const program = programs[mode]
  if (!program) throw new Error(`There is no program "${mode}"`)
  const { entry, format, target } = program
  const extension = format === 'cjs' ? 'cjs' : 'mjs'
  return {
    root,
    configFile: false,
    publicDir: false,
    ssr: { noExternal: true, external: ['electron', 'better-sqlite3', 'webgpu'], target: 'node' },
    build: {
      ssr: path.join(root, ...entry.split('/')),
      outDir: path.join(root, 'build', 'out', 'shell'),
      emptyOutDir: false,
      target,
      minify: false,
      rolldownOptions: {
        external,
        output: {
          format,
          entryFileNames: `${mode}.${extension}`,
          codeSplitting: false,
        },
      },
    },
  }
})
