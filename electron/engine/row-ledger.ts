import { createHash } from 'node:crypto'
import type { Hash } from '#domain/values.ts'
import {
  getRowChoice,
  hasCommitted,
  listRowChoices,
  putRowChoice,
  removeRowChoice,
  type RowChoice,
  type RowPart,
} from '#store/row-sets.ts'
import { ownKeys } from './key-lineage.ts'
import type { Ports } from './ports.ts'
import type { RowTable } from './row-keys.ts'
import { createRowParts, type Part, type WantedRows } from './row-parts.ts'

const nobody = { waiting: 0, covering: 0, differing: 0, apart: 0 }

/** Which of them may be summed, and how many stay out. */
export interface SummedRows {
  readonly train: Uint32Array
  readonly test: Uint32Array
  /** New rows, too few to be let in: they wait. */
  readonly waiting: number
  /** Rows left out to hide which others are missing or were changed. */
  readonly covering: number
  /** Rows left out because the study makes something else of few values of a column than an earlier sum. */
  readonly differing: number
  /** Rows left out because they may have been in sums that this home does not know. */
  readonly apart: number
}

interface LedgerPorts extends Pick<Ports, 'db' | 'secret'> {
  readonly signer: Pick<Ports['signer'], 'id'>
  readonly tableOf: (dataset: string, version: number) => RowTable | null
  /** The choice that a study uses now. */
  readonly inUse: (study: Hash) => Hash | null
}

/**
 * The ledger of our rows: which of them were in which sums that somebody may have opened, over all studies, versions, imports and
 * splits, kept for good. Whatever is summed next is chosen so that no combination of those sums rests on fewer rows of ours than
 * the floor. A study's rows are fixed before anything is computed of them and count as opened from then on.
 */
export function createRowLedger({ db, signer, secret, tableOf, inUse }: LedgerPorts) {
  const partsOf = createRowParts({ db, secret, tableOf })
  const mine = ownKeys(db, signer.id)
  let last: Promise<unknown> = Promise.resolve()

  /** Rows fixed for a choice that changed before any commitment were in no sum. */
  function forgetUnused(isUsed = (study: Hash, choice: Hash) => inUse(study) === choice): void {
    for (const { choice, study } of listRowChoices(db)) {
      if (!isUsed(study, choice) && !hasCommitted(db, mine, study, choice)) removeRowChoice(db, choice)
    }
  }

  function fixed(choice: Hash) {
    const train = getRowChoice(db, choice, 'train')
    const test = getRowChoice(db, choice, 'held-out')
    return train && test ? { train, test } : null
  }

  /** Which of the rows may be summed as things stand; those that were fixed for this choice, where they were. */
  async function look(wanted: WantedRows): Promise<SummedRows> {
    const known = fixed(wanted.choice)
    if (known) return summed(seen(known.train), seen(known.test))
    forgetUnused()
    const parts = await partsOf(wanted)
    return parts ? summed(parts.train, parts.test) : { ...wanted, ...nobody }
  }

  async function fixNow(wanted: WantedRows): Promise<boolean> {
    if (fixed(wanted.choice)) return false
    forgetUnused()
    const parts = await partsOf(wanted)
    if (!parts) return false
    const { choice, study, dataset, version } = wanted
    const place = { choice, study, dataset, version, about: parts.about }
    db.together(() => {
      for (const part of ['train', 'held-out'] as const) {
        const { rows: members, keys, values, kin, ...left } = part === 'train' ? parts.train : parts.test
        const patients = kin.same ?? nameOf(keys)
        const named = { patients, family: kin.family ?? patients }
        putRowChoice(db, { ...place, part, members, ...named, ...left }, keys, values)
      }
    })
    return true
  }

  return {
    look,
    /** Forgets what was fixed and never committed to: sums that were lost come first. */
    unfix: () => forgetUnused(() => false),
    /** Fixes the rows of a choice for good: from now on they count as opened. False where they were fixed before. */
    fix(wanted: WantedRows): Promise<boolean> {
      const next = last.then(() => fixNow(wanted))
      last = next.catch(() => undefined)
      return next
    },
    /**
     * Names of the patients that a choice was fixed to, the same wherever just these are used, and of their families, the same where
     * they are nearly these; null before.
     */
    patients(choice: Hash) {
      const known = fixed(choice)
      if (!known) return null
      const { train, test } = known
      const families = { train: train.family, test: test.family }
      return { train: train.patients, test: test.patients, families }
    },
    /** Whether the rows of this part of a choice are fixed, and enough for a sum. */
    maySum(choice: Hash, part: RowPart): boolean {
      const known = getRowChoice(db, choice, part)
      return known !== null && known.rowSet !== null && !known.stopped
    },
  }
}

type Counted = Pick<Part, 'rows' | 'waiting' | 'covering' | 'differing' | 'apart'>

/** What a part was fixed to, as it may be summed now. */
function seen({ members, stopped, waiting, covering, differing, apart }: RowChoice): Counted {
  const left = { waiting, covering, differing }
  if (!stopped) return { ...left, rows: members, apart }
  return { ...left, rows: new Uint32Array(), apart: apart + members.length }
}

function summed(train: Counted, test: Counted): SummedRows {
  return {
    train: train.rows,
    test: test.rows,
    waiting: train.waiting + test.waiting,
    covering: train.covering + test.covering,
    differing: train.differing + test.differing,
    apart: train.apart + test.apart,
  }
}

/** The first level tells patients apart, or rows where nothing says whose they are. */
function nameOf(keys: ReadonlyMap<string, Float64Array>): Hash {
  const [{ buffer, byteOffset, byteLength } = new Float64Array()] = keys.values()
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
}
