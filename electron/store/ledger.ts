import type { GuardedSum } from '#domain/guarded-sum.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Database, Reader, Writer } from './database.ts'

interface Row {
  study: string
  round: number
  attempt: number
  members: string
  inputs: string
}

/** The network's port `Ledger` over the database. `latestKeys` leads from each key of an institution to its last. */
export function createLedger(db: Database, latestKeys: () => (key: InstitutionId) => InstitutionId) {
  return {
    withInputs(inputs: readonly string[]) {
      const latest = latestKeys()
      return sumsWith(db, inputs).map((sum) => ({ ...sum, members: followed(sum.members, latest) }))
    },
    add: (sum: GuardedSum) => addSum(db, sum),
  }
}

/** The members under their last keys. Two that were added up beside each other do not become one, whatever they state later. */
function followed(members: GuardedSum['members'], latest: (key: InstitutionId) => InstitutionId) {
  const last = members.map(({ id }) => latest(id))
  return members.map(({ id, ready }, at) => {
    const key = last[at] ?? id
    return { id: last.filter((one) => one === key).length === 1 ? key : id, ready }
  })
}

/** The sums that rest on any of these inputs of ours, oldest first. */
function sumsWith(db: Reader, inputs: readonly string[]): GuardedSum[] {
  const sql = `SELECT study, round, attempt, members, inputs FROM guarded_sums WHERE id IN
    (SELECT sum FROM guarded_inputs WHERE input IN (SELECT value FROM json_each(?))) ORDER BY id`
  return db.all<Row>(sql, JSON.stringify(inputs)).map((row) => ({
    ...row,
    // The casts: both lists were written as JSON by addSum.
    members: JSON.parse(row.members) as GuardedSum['members'],
    inputs: JSON.parse(row.inputs) as string[],
  }))
}

function addSum(db: Writer, { study, round, attempt, members, inputs }: GuardedSum): void {
  const sql = `INSERT INTO guarded_sums (study, round, attempt, members, inputs) VALUES (?, ?, ?, ?, ?)`
  db.run(sql, study, round, attempt, JSON.stringify(members), JSON.stringify(inputs))
  const place = `INSERT INTO guarded_inputs (input, sum)
    SELECT DISTINCT value, (SELECT max(id) FROM guarded_sums) FROM json_each(?)`
  db.run(place, JSON.stringify(inputs))
}
