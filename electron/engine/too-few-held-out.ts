import type { Holdout } from '#domain/dataset.ts'
import { FEWEST_HELD_OUT } from '#domain/floors.ts'

/** How sure it should be that so many more rows bring enough held-out ones. */
const SURE = 0.99

/**
 * What it means that too few rows are held out to judge a model, and what to do; null where there are enough. Which rows are
 * held out is drawn once and stays, so that what is counted now also holds in the rounds.
 */
export function tooFewHeldOut(holdout: Holdout, held: number): string | null {
  const needed = FEWEST_HELD_OUT
  if (held >= needed) return null
  return `Of our rows ${held} ${held === 1 ? 'is' : 'are'} held out; judging the shared model needs ${needed}. Our patients help to train it, but we cannot judge it here, and if the study cannot do without our part, it ends without a model that hospitals judged together. ${remedy(holdout, needed - held)}`
}

function remedy(holdout: Holdout, lacking: number): string {
  if (holdout.kind === 'rows') return `Name at least ${lacking} more rows to be held out, or bring more rows.`
  const rows = rowsFor(lacking, holdout.share)
  return `With ${rows} more rows that can be used it will almost surely be enough; a larger share held out helps too.`
}

/** The fewest rows of which a draw of this share takes so many with 99%. */
function rowsFor(lacking: number, share: number): number {
  let rows = lacking
  while (chanceOfFewer(lacking, rows, share) > 1 - SURE) rows += 1
  return rows
}

/** The chance that fewer than `enough` of so many rows are drawn (binomial). */
function chanceOfFewer(enough: number, rows: number, share: number): number {
  let term = (1 - share) ** rows
  let sum = term
  for (let drawn = 1; drawn < enough; drawn++) {
    term *= ((rows - drawn + 1) / drawn) * (share / (1 - share))
    sum += term
  }
  return sum
}
