import { readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findDamage, openDatabase, transaction } from '#store/database.ts'
import { getSetting, putName, getName, putSetting, secretOf } from '#store/institution.ts'
import { putBlob, getBlob } from '#store/shelf.ts'
import { migrations, versionOf } from '#store/migrate.ts'
import { keyOf, makeHome } from './home.ts'

let home: ReturnType<typeof makeHome>
beforeEach(() => (home = makeHome()))
afterEach(() => home.remove())

const study = 's'.repeat(64)
const code = (expected: string) => expect.objectContaining({ code: expected })

test('a database opens again with its key and holds what was put', () => {
  const db = home.open()
  putName(db, 'Alder')
  putSetting(db, 'places', ['a', { b: 1 }])
  db.close()
  const again = home.open()
  expect(getName(again)).toBe('Alder')
  expect(getSetting(again, 'places')).toEqual(['a', { b: 1 }])
  expect(getSetting(again, 'nothing')).toBeNull()
  expect(findDamage(again)).toEqual([])
})

test('the settings that durability and secrecy rest on are in force', () => {
  const db = home.open()
  const asked = ['cipher', 'journal_mode', 'synchronous', 'temp_store', 'secure_delete', 'foreign_keys']
  const said = asked.map((name) => Object.values((db.pragma(name) as object[])[0] ?? {})[0])
  expect(said).toEqual(['sqlcipher', 'wal', 2, 2, 1, 1])
  expect(Object.values((db.pragma('trusted_schema') as object[])[0] ?? {})).toEqual([0])
  expect(Object.values((db.pragma('auto_vacuum') as object[])[0] ?? {})).toEqual([2])
  if (process.platform !== 'win32') expect(statSync(home.file).mode & 0o077).toBe(0)
})

test('another key, a key of wrong length and no database are told apart', () => {
  home.open().close()
  expect(() => home.open({}, keyOf(8))).toThrow(code('wrong-passphrase'))
  expect(() => openDatabase(home.file, new Uint8Array(16))).toThrow(code('bad-request'))
  expect(() => openDatabase(path.join(home.folder, 'other.db'), keyOf(7), { mustExist: true })).toThrow(
    code('home-missing'),
  )
  expect(() => openDatabase(path.join(home.folder, 'no', 'such.db'), keyOf(7))).toThrow(code('home-missing'))
})

test('a database cut short or overwritten in its middle is called damaged', () => {
  const db = home.open()
  putBlob(db, new Uint8Array(400_000).fill(1), 'always', study)
  db.close()
  const whole = readFileSync(home.file)
  const flipped = Buffer.from(whole)
  flipped.fill(0x55, 4096 * 20, 4096 * 90)
  writeFileSync(home.file, flipped)
  expect(readBlobs).toThrow(code('database-damaged'))

  writeFileSync(home.file, whole)
  truncateSync(home.file, whole.length / 2)
  expect(readBlobs).toThrow(code('database-damaged'))
})

function readBlobs() {
  const db = home.open()
  for (const row of db.all<{ hash: string }>('SELECT hash FROM blobs')) getBlob(db, row.hash)
}

test('a full disk is said to be one, and what was there stays', () => {
  const db = home.open()
  const kept = putBlob(db, new Uint8Array(1000).fill(1), 'always', study)
  db.close()
  const pages = statSync(home.file).size / 4096
  const full = home.open({ maxPages: pages + 10 })
  expect(() => putBlob(full, new Uint8Array(100_000), 'always', study)).toThrow(code('disk-full'))
  expect(() =>
    transaction(full, () => {
      putName(full, 'half done')
      putBlob(full, new Uint8Array(100_000), 'always', study)
    }),
  ).toThrow(code('disk-full'))
  expect(getName(full)).toBeNull()
  expect(getBlob(full, kept)).toHaveLength(1000)
  full.close()
  const roomy = home.open()
  putBlob(roomy, new Uint8Array(100_000), 'always', study)
  expect(findDamage(roomy)).toEqual([])
})

test('a disk full before the first table is made is said to be one too', () => {
  expect(() => home.open({ maxPages: 3 })).toThrow(code('disk-full'))
  expect(versionOf(home.open())).toBe(migrations.length)
})

test('a transaction is all or nothing, and one inside another is undone alone', () => {
  const db = home.open()
  transaction(db, () => {
    putSetting(db, 'outer', 1)
    expect(() =>
      transaction(db, () => {
        putSetting(db, 'inner', 1)
        throw new Error('no')
      }),
    ).toThrow('no')
    putSetting(db, 'after', 1)
  })
  expect(['outer', 'inner', 'after'].map((key) => getSetting(db, key))).toEqual([1, null, 1])
  expect(() =>
    transaction(db, () => {
      putSetting(db, 'outer', 2)
      transaction(db, () => putSetting(db, 'inner', 2))
      throw new Error('all of it')
    }),
  ).toThrow('all of it')
  expect(['outer', 'inner'].map((key) => getSetting(db, key))).toEqual([1, null])
})

test('a database that another connection is writing to answers busy instead of hanging', () => {
  const first = home.open()
  const second = home.open()
  const started = performance.now()
  first.together(() => {
    putName(first, 'first')
    expect(() => putName(second, 'second')).toThrow(code('busy'))
  })
  expect(performance.now() - started).toBeLessThan(5000)
  putName(second, 'second')
  expect(getName(first)).toBe('second')
})

test('a refused statement names no value', () => {
  const db = home.open()
  const insert = () => db.run('INSERT INTO settings (key, value) VALUES (?, ?)', 'SECRET-42', null)
  expect(insert).toThrow(code('internal'))
  expect(insert).not.toThrow(/SECRET-42/)
})

test('a secret is made once and kept', () => {
  const db = home.open()
  let made = 0
  const random = (bytes: number) => new Uint8Array(bytes).fill((made += 1))
  expect(secretOf(db, 'rows', random)).toEqual(secretOf(db, 'rows', random))
  expect(secretOf(db, 'seeds', random)).not.toEqual(secretOf(db, 'rows', random))
  expect(made).toBe(2)
})

test('nothing that was put stands in plain text in any file of the home', () => {
  const db = home.open()
  const canary = 'canary-row-Ödipus-31337'
  putSetting(db, 'note', canary)
  // Sorting more than fits in the page cache would spill to a file.
  for (let i = 0; i < 300; i += 1) putSetting(db, `row ${i}`, `${canary} ${i} ${'x'.repeat(20_000)}`)
  db.all('SELECT * FROM settings ORDER BY value DESC')
  expect(filesWith(home.folder, [canary, 'canary-row', 'CREATE TABLE'])).toEqual([])
  db.close()
  expect(filesWith(home.folder, [canary, 'canary-row', 'CREATE TABLE'])).toEqual([])
  writeFileSync(path.join(home.folder, 'plain.txt'), canary)
  expect(filesWith(home.folder, [canary])).toEqual(['plain.txt'])
})

function filesWith(folder: string, texts: string[]) {
  return readdirSync(folder).filter((name) => {
    const bytes = readFileSync(path.join(folder, name))
    return texts.some((text) => bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le')))
  })
}
