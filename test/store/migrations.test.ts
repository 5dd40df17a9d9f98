import { afterEach, beforeEach, expect, test } from 'vitest'
import { findDamage, type Database } from '#store/database.ts'
import { migrations, versionOf } from '#store/migrate.ts'
import { appendAudit, verifyAudit } from '#store/audit.ts'
import { getName, putName } from '#store/institution.ts'
import { makeHome } from './home.ts'

let home: ReturnType<typeof makeHome>
beforeEach(() => (home = makeHome()))
afterEach(() => home.remove())

function schemaOf(db: Database) {
  return db.all<{ name: string; sql: string | null }>('SELECT name, sql FROM sqlite_schema ORDER BY name')
}

test('migrations are numbered without a gap', () => {
  expect(migrations.map((one) => one.version)).toEqual(migrations.map((_, index) => index + 1))
})

const brings = [
  ['settings', 'peers', 'audit'],
  ['tables', 'chunks', 'datasets', 'rejected_rows'],
  ['documents', 'participations', 'mappings'],
  ['journal', 'blobs', 'rounds', 'models', 'results', 'private_states'],
  [],
  ['profiles', 'edits', 'edit_places'],
  [],
  [],
  ['drifts'],
  ['blob_studies'],
  ['guarded_sums', 'guarded_inputs'],
  ['row_sets', 'row_keys', 'row_choices', 'rows_before'],
  [],
  ['key_statements'],
  ['row_values', 'row_value_uses'],
  ['tables_apart', 'patients_apart'],
]

test.each(migrations.map((one) => [one.version, one.title] as const))(
  'migration %i (%s) brings its tables, all STRICT',
  (version) => {
    const db = home.open({ version })
    expect(versionOf(db)).toBe(version)
    const tables = db.all<{ name: string; strict: number }>(
      `SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'`,
    )
    expect(tables.map((one) => one.name).toSorted()).toEqual(brings.slice(0, version).flat().toSorted())
    expect(tables.every((one) => one.strict === 1)).toBe(true)
  },
)

test.each(migrations.map((one) => one.version - 1))(
  'a database of version %i is brought to the newest and keeps what it held',
  (version) => {
    const old = home.open({ version })
    if (version > 0) {
      putName(old, 'Alder')
      appendAudit(old, { time: 1, actor: 'a', action: 'b', object: 'c', outcome: 'd' })
    }
    old.close()
    const db = home.open()
    expect(versionOf(db)).toBe(migrations.length)
    expect(getName(db)).toBe(version > 0 ? 'Alder' : null)
    expect(verifyAudit(db)).toMatchObject({ entries: version > 0 ? 1 : 0 })
    expect(findDamage(db)).toEqual([])
    const fresh = makeHome()
    expect(schemaOf(db)).toEqual(schemaOf(fresh.open()))
    fresh.remove()
  },
)

test('a database that a newer app has written is refused and left as it is', () => {
  const db = home.open()
  db.pragma(`user_version = ${migrations.length + 1}`)
  db.close()
  expect(() => home.open()).toThrow(expect.objectContaining({ code: 'database-damaged' }))
  expect(() => home.open()).toThrow(/newer version/)
})
