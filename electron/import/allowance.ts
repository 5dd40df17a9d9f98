import { AppError } from '#domain/errors.ts'
import type { Reply } from './messages.ts'

const MiB = 1024 * 1024
/** What any file may come to while it is read and put aside, and how many times its own size beyond that. */
const STAGED = { bytes: 12 * MiB, times: 16 }
/** The same for its typed columns: a number takes eight bytes, whatever it took in the file. */
const WRITTEN = { bytes: 40 * MiB, times: 40 }

/** What a cell of a number and one of a text take, before they are packed. */
const [CELL_BYTES, CODE_BYTES] = [8, 4]

/** How much may still be made of one file. */
export interface Allowance {
  /** Counts what a reader has made. Throws 'too-large' once it is more than a file of this size may come to. */
  spend(reply: Reply): void
}

/**
 * What may be made of a file of so many bytes: a small one that unpacks into much is no table of anybody. Cells of an earlier
 * version, to which its rows are added, are written again.
 */
export function createAllowance(size: number, earlier: number): Allowance {
  let staged = STAGED.bytes + STAGED.times * size
  let written = WRITTEN.bytes + WRITTEN.times * size + CELL_BYTES * earlier
  return {
    spend(reply) {
      if (reply.did === 'stage') staged -= reply.bytes.length
      if (reply.did === 'keep') staged -= reply.size
      if (reply.did === 'write') written -= bytesOf(reply)
      if (staged >= 0 && written >= 0) return
      throw new AppError('too-large', 'The file unpacks to far more than its size. Save the table as CSV.')
    },
  }
}

function bytesOf({ columns }: Extract<Reply, { did: 'write' }>): number {
  return columns.reduce(
    (sum, one) =>
      sum + (one.kind === 'numbers' ? CELL_BYTES * one.values.length : CODE_BYTES * one.codes.length),
    0,
  )
}
