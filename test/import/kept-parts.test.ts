import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { readTable, addDataset } from '#store/datasets.ts'
import { datasetOf, openDesk } from './desk.ts'

// Each file is read in a process of its own; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 120_000 })

const LONG = 1000

test('a file beyond what its reader keeps is put aside with the engine, and comes back whole and in order', async () => {
  const desk = openDesk()
  const aside = () =>
    readdirSync(desk.home.folder)
      .filter((name) => name.includes('.staging-'))
      .reduce((sum, name) => sum + statSync(path.join(desk.home.folder, name)).size, 0)
  const rows = Array.from({ length: 50_000 }, (_, row) => `${row},${String(row).padEnd(LONG, 'x')}`)

  const few = await desk.send(Buffer.from(`number,text\n${rows.slice(0, 4).join('\n')}\n`), 1 << 20)
  await desk.importer.preview(few)
  expect(aside()).toBe(0)
  await desk.importer.cancel(few)

  const many = await desk.send(Buffer.from(`number,text\n${rows.join('\n')}\n`), 1 << 20)
  await desk.importer.preview(many)
  expect(aside()).toBeGreaterThan(LONG)
  await desk.importer.finish(many, (found) => addDataset(desk.db, datasetOf('long', 1, found), found.table))
  expect([...readTable(desk.db, 'long').cells('number')]).toEqual(rows.map((_, row) => row))
  await desk.close()
})
