import type { Reader, Writer } from './database.ts'

/** A setting of this institution as it was put, or null. The caller parses it with the schema it put it with. */
export function getSetting(db: Reader, key: string): unknown {
  const row = db.get<{ value: string }>('SELECT value FROM settings WHERE key = ?', key)
  return row ? JSON.parse(row.value) : null
}

/** Keeps a setting: anything that JSON can hold. */
export function putSetting(db: Writer, key: string, value: unknown): void {
  const sql =
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'
  db.run(sql, key, JSON.stringify(value))
}

/** The institution's own name, or null before it was given one. */
export function getName(db: Reader): string | null {
  const name = getSetting(db, 'name')
  return typeof name === 'string' ? name : null
}

export function putName(db: Writer, name: string): void {
  putSetting(db, 'name', name)
}

/** A secret of this institution that never leaves it, made at the first call: for keyed hashes and seeds. */
export function secretOf(db: Writer, name: string, random: (bytes: number) => Uint8Array): Uint8Array {
  return db.together(() => {
    const known = getSetting(db, `secret/${name}`)
    if (typeof known === 'string') return new Uint8Array(Buffer.from(known, 'base64url'))
    const made = random(32)
    putSetting(db, `secret/${name}`, Buffer.from(made).toString('base64url'))
    return made
  })
}
