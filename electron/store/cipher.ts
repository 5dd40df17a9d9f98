import type { Database as Driver } from 'better-sqlite3'

/** Gives a fresh connection its key: SQLCipher 4 with a raw key of 32 bytes. */
export function applyKey(driver: Driver, key: Uint8Array): void {
  driver.pragma(`cipher='sqlcipher'`)
  driver.pragma('legacy=4')
  driver.pragma(`key="x'${Buffer.from(key).toString('hex')}'"`)
}
