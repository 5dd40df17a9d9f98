import { createHmac } from 'node:crypto'
import type { Input, Output } from '#contract/calls.ts'
import { AppError } from '#domain/errors.ts'
import { getDataset } from '#store/datasets.ts'
import { createDrafts } from '#store/drafts.ts'
import { checkSpace } from '#store/space.ts'
import { type ImportPorts, keepDataset } from './imports.ts'
import { type Looked, readBoth } from './join-read.ts'
import { writeJoin } from './join-write.ts'

const MAX_COLUMNS = 20_000
const CELL_BYTES = 8
const LONGEST = { name: 200, source: 300 }

/** Joins the columns of one dataset to the rows of another, by keyed numbers of patients or examinations. */
export function createJoins(ports: ImportPorts) {
  const { db, secret, announce } = ports
  const drafts = createDrafts(db)

  /** Which rows would meet, in counts. Throws 'not-found', 'column-missing' and 'bad-request'. */
  const look = async (wanted: Input<'joins.look'>): Promise<Output<'joins.look'>> =>
    (await readBoth(ports, wanted)).counts

  /**
   * Makes a dataset of the rows of the first with the columns of the other; both stay as they are. A row that meets none has
   * nothing in the other's columns. Throws 'bad-request' where no row meets another.
   */
  async function make({ name, replaces, ...wanted }: Input<'joins.make'>): Promise<Output<'joins.make'>> {
    if (replaces) checkReplaced(replaces, wanted)
    const looked = await readBoth(ports, wanted)
    const { rows, others, counts } = looked
    if (counts.matched === 0) throw noneMet(looked)
    checkSize(looked)
    const table = drafts.begin()
    try {
      const typed = await writeJoin(ports, looked, (chunk, columns) => drafts.write(table, chunk, 0, columns))
      drafts.finish(table)
      const about = {
        name: name ?? cut(`${rows.dataset.name} with ${others.dataset.name}`, LONGEST.name),
        source: cut(`${rows.dataset.source} + ${others.dataset.source}`, LONGEST.source),
        replaces: replaces ?? null,
      }
      const made = { ...typed, columns: [...typed.columns], table, rows: rows.dataset.rows }
      const contentHash = hmacOf(typed.digest)
      const dataset = keepDataset(ports, about, { ...made, contentHash, rejected: [], rejectedCount: 0 })
      announce({ event: 'datasets.changed' })
      announce({ event: 'audit.changed' })
      return { dataset, counts }
    } catch (error) {
      await drafts.discard(table)
      throw error
    }
  }
  function checkReplaced(replaces: string, { id, other }: Input<'joins.look'>) {
    if (!getDataset(db, replaces)) throw new AppError('not-found', 'No dataset of ours has this id')
    if (replaces === id || replaces === other)
      throw new AppError('bad-request', 'Both datasets stay as they are; the joined one is one of its own')
  }
  function checkSize({ rows: { dataset }, added }: Looked) {
    const width = dataset.columns.length + added.length
    if (width > MAX_COLUMNS) throw new AppError('too-large', `At most ${MAX_COLUMNS} columns can be joined`)
    checkSpace(db.path, dataset.rows * width * CELL_BYTES)
  }
  function hmacOf(digest: string): string {
    return createHmac('sha256', secret('contents')).update(Buffer.from(digest, 'hex')).digest('hex')
  }
  return { look, make }
}

function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed()
}

function noneMet({ rows, others, counts: { key, by } }: Looked): AppError {
  const [first, second] = [`"${rows.dataset.name}"`, `"${others.dataset.name}"`]
  return new AppError(
    'bad-request',
    `No row of ${first} has a "${key}" that stands in "${by}" of ${second}: choose the column with the same number, import that table with the column hashed, and look whether one of them has lost leading zeros`,
  )
}
