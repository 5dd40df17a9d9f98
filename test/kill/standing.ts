import { readSync, writeSync } from 'node:fs'
import type { Reader } from '#store/database.ts'
import { type Point, type Standing, STANDING_FD } from './points.ts'

/** Something of a round that is written: an entry of our journal, or a document of an author. */
export interface Written {
  readonly study: string
  readonly round: number
  readonly entry: string
  readonly author: string | null
}

let armed: Point | null = null

/** From now on this process stands still at this point, once. */
export function arm(point: Point | null): void {
  armed = point
}

/** Stands still if this is the point: says so and waits, with all of JavaScript in it, until it is let go on. */
export function reached(db: Reader, { study, round, entry, author }: Written, side: Point['side']): void {
  if (armed?.entry !== entry || armed.side !== side) return
  if (author !== null && author !== armed.me) return
  const { id, isSo } = armed.proposer
  if ((proposerOf(db, study, round) === id) !== isSo) return
  armed = null
  const standing: Standing = { study, round }
  writeSync(STANDING_FD, `${JSON.stringify(standing)}\n`)
  readSync(STANDING_FD, Buffer.alloc(1))
}

function proposerOf(db: Reader, study: string, round: number): string | null {
  const sql = `SELECT author FROM documents WHERE study = ? AND round = ? AND kind = 'proposal' ORDER BY id`
  return db.get<{ author: string }>(sql, study, round)?.author ?? null
}
