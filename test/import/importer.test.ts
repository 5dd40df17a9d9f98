import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findDamage } from '#store/database.ts'
import { listDatasets, readTable } from '#store/datasets.ts'
import { NOTHING_LEFT, openDesk, readDirectly } from './desk.ts'

// Each import starts a thread; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 30_000 })

let desk: ReturnType<typeof openDesk>
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk.close())

const code = (expected: string) => expect.objectContaining({ code: expected })
const big = (rows: number) =>
  Buffer.from(
    `a,b,c\n${Array.from({ length: rows }, (_, row) => `${row},${row / 7},word ${row % 5}`).join('\n')}\n`,
  )

test.each([
  ['nothing at all', Buffer.alloc(0), 'file-empty'],
  ['only a byte order mark', Buffer.from('\uFEFF'), 'file-empty'],
  ['only blank lines', Buffer.from('\n \r\n\n'), 'file-empty'],
  ['a header and no rows', Buffer.from('a,b\n'), 'file-no-rows'],
  ['a header and only rows that are refused', Buffer.from('a,b\n1\n2\n'), 'file-no-rows'],
  [
    'a picture',
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
      Buffer.from('IHDR'),
    ]),
    'file-unreadable',
  ],
  ['20,001 columns', Buffer.from(`${','.repeat(20_000)}\n${','.repeat(20_000)}\n`), 'too-large'],
])('%s is refused with its reason and leaves nothing', async (_, bytes, reason) => {
  await expect(desk.take(bytes)).rejects.toEqual(code(reason))
  expect(desk.residue()).toEqual(NOTHING_LEFT)
  expect(listDatasets(desk.db)).toEqual([])
})

test('a file that does not arrive whole, or is longer than was said, is refused', async () => {
  const bytes = big(100)
  const short = await desk.send(bytes, 1000, bytes.length + 1)
  await expect(desk.importer.finish(short, () => 1)).rejects.toEqual(code('bad-request'))
  await expect(desk.send(bytes, 1000, bytes.length - 1)).rejects.toEqual(code('bad-request'))
  expect(desk.residue()).toEqual(NOTHING_LEFT)
})

test('cancelled in the middle, an import leaves nothing, and the file can be imported again', async () => {
  const bytes = big(60_000)
  desk.db.pragma('wal_checkpoint(TRUNCATE)')
  const before = statSync(desk.home.file).size
  const id = await desk.send(bytes, 100_000, bytes.length * 2)
  expect(desk.importer.list()).toMatchObject([{ id, done: bytes.length }])
  expect(desk.residue().files).toHaveLength(1)
  await desk.importer.cancel(id)
  expect(desk.residue()).toEqual(NOTHING_LEFT)
  expect(statSync(desk.home.file).size).toBeLessThan(before + 100_000)
  await expect(desk.importer.chunk(id, bytes)).rejects.toEqual(code('not-found'))
  await expect(desk.importer.cancel(id)).rejects.toEqual(code('not-found'))
  expect((await desk.take(bytes)).rows).toHaveLength(60_000)
})

test('cancelled while it is typed, an import leaves nothing', async () => {
  const bytes = big(60_000)
  const id = await desk.send(bytes, 1 << 20)
  const finishing = expect(desk.importer.finish(id, () => 1)).rejects.toEqual(code('not-found'))
  await new Promise((resolve) => setTimeout(resolve, 30))
  await desk.importer.cancel(id)
  await finishing
  expect(desk.residue()).toEqual(NOTHING_LEFT)
})

test('when the commit is refused, nothing of the import stays', async () => {
  const id = await desk.send(big(1000), 1 << 20)
  const commit = () => {
    throw new Error('refused')
  }
  await expect(desk.importer.finish(id, commit)).rejects.toThrow('refused')
  expect(desk.residue()).toEqual(NOTHING_LEFT)
})

test('a full disk ends an import with its reason, and what was there stays', async () => {
  const narrow = openDesk({ maxPages: 120 })
  try {
    const kept = await narrow.take('a,b\n1,x\n')
    await expect(narrow.take(big(60_000))).rejects.toEqual(code('disk-full'))
    expect(narrow.residue()).toEqual(NOTHING_LEFT)
    expect(readTable(narrow.db, kept.dataset).cells('b')).toEqual(['x'])
    expect(findDamage(narrow.db)).toEqual([])
  } finally {
    await narrow.close()
  }
})

test('the digest of a table does not depend on how it came, and changes with any cell, name or order', async () => {
  const text = big(3000).toString()
  const digests = new Set<string>()
  const note = async (file: string, step?: number) => digests.add((await readDirectly(file, step)).digest)
  await note(text)
  await note(text, 997)
  await note(text.replaceAll('word 3', '"word 3"').replaceAll('\n', '\r\n'))
  expect(digests.size).toBe(1)
  await note(text.replace('\n2999,', '\n2998,'))
  await note(text.replace('word 4', 'word 5'))
  await note(text.replace('word 4', ''))
  await note(text.replace('a,b,c', 'a,b,d'))
  await note(`${text.replace('\n0,0,word 0\n', '\n')}0,0,word 0\n`)
  expect(digests.size).toBe(6)
})

test('outsiders cannot recompute the content hash: it is keyed', async () => {
  const other = openDesk({}, 'another secret')
  const [first, again, second] = [
    await desk.take('a\n1\n'),
    await desk.take('a\n1\n'),
    await other.take('a\n1\n'),
  ]
  await other.close()
  expect(again.contentHash).toBe(first.contentHash)
  expect(second.contentHash).not.toBe(first.contentHash)
  expect(second.schemaHash).toBe(first.schemaHash)
})

test('at most four imports run at once', async () => {
  for (let number = 0; number < 4; number += 1) desk.importer.begin({ name: 'x', size: 1 })
  expect(() => desk.importer.begin({ name: 'x', size: 1 })).toThrow(code('busy'))
  await desk.importer.close()
  expect(desk.residue()).toEqual(NOTHING_LEFT)
})

test('while rows wait for their types and after, no file of the home holds one in plain text', async () => {
  const canary = 'canary-row-31337'
  const bytes = Buffer.from(
    `name,n\n${Array.from({ length: 40_000 }, (_, row) => `${canary} ${row},${row}`).join('\n')}\n`,
  )
  const id = await desk.send(bytes, 1 << 18)
  const holding = () =>
    readdirSync(desk.home.folder).filter((name) =>
      readFileSync(path.join(desk.home.folder, name)).includes(canary),
    )
  expect(readdirSync(desk.home.folder).some((name) => name.includes('staging'))).toBe(true)
  expect(holding()).toEqual([])
  await desk.importer.finish(id, () => 1)
  expect(holding()).toEqual([])
})

test(
  'kill -9 during an import leaves the old state, and the import can be started again',
  { timeout: 40_000 },
  async () => {
    const { dataset } = await desk.take('a\n1\n')
    const program = path.join(import.meta.dirname, 'import-process.ts')
    for (const moment of ['begun', 'sent', 'typing', 'typing']) {
      const child = spawn(process.execPath, [program, desk.home.file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const delay = moment === 'typing' ? 20 + Math.random() * 300 : 0
        if (text.includes(moment === 'typing' ? 'sent' : moment))
          setTimeout(() => child.kill('SIGKILL'), delay)
      })
      await new Promise((resolve) => child.once('close', resolve))
      const db = desk.home.open()
      const names = listDatasets(db).map((one) => one.id)
      expect(names.filter((name) => name !== 'imported')).toEqual([dataset])
      // Old or new, and nothing between.
      if (names.includes('imported')) expect(readTable(db, 'imported').numbers('a')).toHaveLength(100_000)
      expect(desk.residue()).toEqual(NOTHING_LEFT)
      expect(findDamage(db)).toEqual([])
      db.close()
    }
    expect((await desk.take(big(1000))).rows).toHaveLength(1000)
  },
)
