import { afterEach, beforeEach, expect, test } from 'vitest'
import { EMPTY_LOG } from '#domain/audit.ts'
import { hashOf } from '#domain/canonical.ts'
import { appendAudit, auditHead, listAudit, verifyAudit } from '#store/audit.ts'
import { putName, getName } from '#store/institution.ts'
import { transaction } from '#store/database.ts'
import { makeHome } from './home.ts'

let home: ReturnType<typeof makeHome>
beforeEach(() => (home = makeHome()))
afterEach(() => home.remove())

const happening = (time: number) => ({
  time,
  actor: 'steward',
  action: 'consent-approve',
  object: 'study 1',
  outcome: 'done',
})

test('the log is a chain whose head names everything before it', () => {
  const db = home.open()
  expect(auditHead(db)).toEqual(EMPTY_LOG)
  const first = appendAudit(db, { ...happening(1), detail: { rounds: 12 } })
  const second = appendAudit(db, happening(2))
  expect(first).toMatchObject({ seq: 1, prevHash: EMPTY_LOG.head, detailHash: hashOf({ rounds: 12 }) })
  expect(second).toMatchObject({ seq: 2, prevHash: first.hash })
  expect(auditHead(db)).toEqual({ entries: 2, head: second.hash })
  expect(listAudit(db, 1, 10)).toEqual([first, second])
  expect(listAudit(db, 2, 10)).toEqual([second])
  expect(verifyAudit(db)).toEqual({ head: second.hash, entries: 2 })
})

test('no statement changes, shortens or splits the log', () => {
  const db = home.open()
  appendAudit(db, happening(1))
  const { seq, hash } = appendAudit(db, happening(2))
  const insert = (number: number, prev: string) =>
    db.run(`INSERT OR REPLACE INTO audit VALUES (?, ?, 3, 'a', 'b', 'c', 'd', 'e', 'f', NULL)`, number, prev)
  expect(() => db.run(`UPDATE audit SET outcome = 'x' WHERE seq = 1`)).toThrow()
  expect(() => db.run('DELETE FROM audit WHERE seq = 2')).toThrow()
  expect(() => insert(seq, hash)).toThrow()
  expect(() => insert(seq + 2, hash)).toThrow()
  expect(() => insert(seq + 1, EMPTY_LOG.head)).toThrow()
  expect(verifyAudit(db)).toEqual({ head: hash, entries: 2 })
  // The same statement at the right place is taken: what refuses the others is the rule, not a slip in them.
  insert(seq + 1, hash)
  expect(verifyAudit(db)).toEqual({ brokenAt: 3 })
})

test.each(['time', 'actor', 'action', 'object', 'outcome', 'detail_hash', 'hash', 'prev_hash'])(
  'an entry whose %s was changed behind our back is found',
  (column) => {
    const db = home.open()
    for (let time = 1; time <= 5; time += 1) appendAudit(db, happening(time))
    db.script('DROP TRIGGER audit_is_never_changed')
    db.run(`UPDATE audit SET ${column} = ${column === 'time' ? '99' : `'x'`} WHERE seq = 3`)
    expect(verifyAudit(db)).toEqual({ brokenAt: 3 })
  },
)

test('an entry and what it tells of are durable together or not at all', () => {
  const db = home.open()
  expect(() =>
    transaction(db, () => {
      putName(db, 'Alder')
      appendAudit(db, happening(1))
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(auditHead(db)).toEqual(EMPTY_LOG)
  expect(getName(db)).toBeNull()
})
