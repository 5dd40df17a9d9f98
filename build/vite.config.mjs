import path from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { root } from './place.mjs'

export default defineConfig({
  root: path.join(root, 'renderer'),
  base: './',
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: path.join(root, 'build', 'out', 'renderer'),
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no inline script and no data: script.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
})
