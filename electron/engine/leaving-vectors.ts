import type { RoundKind } from '#domain/round.ts'
import type { Outcome } from '#domain/variable.ts'
import type { PartName, VectorPart } from '#trainer/vectors.ts'

/** One kind of round's contribution: its parts, and its bytes on the way to each member. */
export interface Vector {
  readonly kind: RoundKind
  readonly parts: readonly VectorPart[]
  readonly values: number
  readonly bytes: number
}

/** What each part of a contribution tells, to be read after "adds up". A part without words does not compile. */
const words: Readonly<Record<PartName, (outcome: Outcome) => string>> = {
  moments: () =>
    'for each variable, and for each of its groups, how many values there are, their sum and the sum of their squares',
  'outcome-moments': () => 'the same of the outcome',
  histograms: () => 'for each number variable how many values lie in each of 64 equal steps of its range',
  directions: () =>
    'a 1 that counts us, and for each variable and each of its groups by how many tenths (two at most) it rises or falls with the outcome here, 0 for groups of too few of our rows',
  'off-mode': () =>
    'for each number how many of our training rows have another value than the most frequent one here (with curves: than the most frequent ones, and how many have a value in each part of the range that a curve can be about)',
  update: () => "how the model's shared numbers should change",
  loss: () => "the model's mean loss on our training rows",
  normaliser: () => 'a number that tells how many steps our training took',
  baseline: () =>
    'in each piece of time how many events there were for each row, and how long rows were followed',
  gradient: () =>
    'for each coefficient how far our training rows pull it, which is the sum over them of its variable times how far the model misses',
  'log-likelihood': () => 'how likely the model finds the outcomes of our training rows, all together',
  'fit-rows': () => 'how many training rows we have',
  information: () =>
    'for each pair of coefficients the sum over our training rows of their two variables multiplied, by how unsure the model is of the row (the information matrix); where the plan asks for robust or clustered errors, in the last round how far our rows pull both (the products of scores) in its place',
  levels: () =>
    "for each of a few laws of how far hospitals' levels lie apart how likely our training rows are under it, all together",
  'held-out-rows': ({ task }) => heldOut[task],
  'held-out-scores': ({ task }) => scores[task],
}

const heldOut: Readonly<Record<Outcome['task'], string>> = {
  binary: 'how many rows we hold out and how many of them have the outcome',
  multiclass: 'how many rows we hold out',
  regression: 'how many rows we hold out, the sum of their outcomes and of the squares of these',
  survival: 'how many rows we hold out, how many events they have and how many pairs of them can be compared',
}

const scores: Readonly<Record<Outcome['task'], string>> = {
  binary:
    'how the scores of the shared model and of our own model alone are spread over them, with and without the outcome, and how far they miss',
  multiclass:
    'how the scores of the shared model and of our own model alone are spread over them for each class, how far they miss and how often they are right',
  regression: 'how far the shared model and our own model alone miss',
  survival:
    'how many pairs the shared model and our own model alone put in the right order, and how likely they find what happened',
}

/** What each kind of round adds up, in the order and with the numbers of the contribution itself. */
export function vectorLines(vectors: readonly Vector[], outcome: Outcome): string[] {
  return vectors.map(({ kind, parts, values, bytes }) => {
    const told = parts.map(({ name, length }) => `${words[name](outcome)} (${length})`).join('; ')
    return `Each ${kind} round adds up ${values} masked numbers, ${bytes} bytes to each member: ${told}.`
  })
}
