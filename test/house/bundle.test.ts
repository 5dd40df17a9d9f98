import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { root } from '#build/place.mjs'
import { buildRenderer } from '#build/renderer.mjs'
import { setUp } from '#build/setup.mjs'

const PAGES = path.join(root, 'build', 'out', 'renderer')
const BUDGET = 600_000

/** Files that a browser loads for the first screen: the page, what it names, and the fonts and pictures of its styles in Latin script. */
function firstScreen(): string[] {
  const page = readFileSync(path.join(PAGES, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file = '']) => file)
  const assets = readdirSync(path.join(PAGES, 'assets')).map((file) => `assets/${file}`)
  const drawn = assets.filter(
    (file) => /-latin-[^/]*\.woff2$|\.svg$/.test(file) && !file.includes('latin-ext'),
  )
  return ['index.html', ...named, ...drawn]
}

test('the first screen is at most 600 kB when it is packed', { timeout: 240_000 }, async () => {
  await buildRenderer(await setUp())
  const files = firstScreen()
  expect(files.filter((file) => file.endsWith('.js'))).toHaveLength(1)
  expect(files.filter((file) => file.endsWith('.css'))).toHaveLength(1)
  const sizes = files.map((file) => gzipSync(readFileSync(path.join(PAGES, file))).length)
  const all = sizes.reduce((sum, one) => sum + one, 0)
  console.log(`The first screen is ${Math.round(all / 1000)} kB packed, in ${files.length} files.`)
  expect(all).toBeLessThan(BUDGET)
})
