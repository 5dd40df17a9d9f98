import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from '#build/place.mjs'

const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const model = read('build/decisions/0033-who-attacks-and-what-holds.md')
const rows = [...model.matchAll(/^\| (T\d+) *\|(.+)\|$/gm)].map(([, id, rest = '']) => ({
  id,
  cells: rest.split('|'),
}))

test('each row of the threat model names files that are there, and something that shows it', () => {
  expect(rows.length).toBeGreaterThan(15)
  for (const { id, cells } of rows) {
    const [, , by = '', shown = ''] = cells
    const named = [...`${by} ${shown}`.matchAll(/`([a-z]+\/[\w./-]+)`/g)].map(([, file = '']) => file)
    expect({ id, gone: named.filter((file) => !existsSync(path.join(root, file))) }).toEqual({ id, gone: [] })
    expect({ id, shown: /bench `\w+`|`test\//.test(shown) }).toEqual({ id, shown: true })
  }
  const benches = new Set([...model.matchAll(/bench `([\w-]+)`/g)].map(([, name]) => name))
  for (const name of benches) expect(existsSync(path.join(root, `test/bench/benches/${name}.ts`))).toBe(true)
})

test('each statement of "How privacy works" is a row of the threat model, and each row of attacks is run', () => {
  const [, text = ''] = /## How privacy works\n([^]*?)\n## /.exec(read('README.md')) ?? []
  const ids = new Set(rows.map(({ id }) => id))
  const [, ...statements] = text.split(/\n\n|\n(?=- )/).map((one) => one.trim())
  for (const one of statements.filter(
    (statement) => statement !== '' && statement !== '**Honest limits.**',
  )) {
    const marks = [...one.matchAll(/\bT\d+\b/g)].map(([mark]) => mark)
    expect({ one, marked: marks.length > 0, unknown: marks.filter((mark) => !ids.has(mark)) }).toMatchObject({
      marked: true,
      unknown: [],
    })
  }
})
