import type { Document, Vote } from '#domain/documents.ts'
import type { Verdict } from '#domain/gate.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Dice } from './clock.ts'

/** How a simulated member computes and votes. */
export interface Habits {
  /** Virtual milliseconds that it needs to compute. */
  readonly computeMs: number
  /** Whether it holds out too few rows to judge a model in a sum. */
  readonly tooFewHeldOut: boolean
  /** Who votes late is often later than others wait; who votes twice shows its second vote to some alone. */
  readonly votes: 'promptly' | 'late' | 'never' | 'twice'
  /** Whom it has confirmed itself. */
  readonly confirms: (id: InstitutionId) => boolean
  /** Whether it opens sums alone and leaves a member out where it leads. */
  readonly lies: boolean
}

export const plainHabits: Habits = {
  computeMs: 200,
  tooFewHeldOut: false,
  votes: 'promptly',
  confirms: () => true,
  lies: false,
}

const LATE_MS = 3000
const other: readonly Verdict[] = ['better', 'same']

/** One model in four is one that most find worse. */
const isBad = (artefact: string) => Number.parseInt(artefact.slice(0, 4), 16) % 4 === 0

/** How a member of a storm votes: most promptly. */
export function drawVoting(dice: Dice): Pick<Habits, 'votes'> {
  return { votes: dice.chance(0.55) ? 'promptly' : dice.pick(['late', 'never', 'twice']) }
}

/** A member's opinion of a model: the same whenever it is asked, late or never by its habit. */
export function createOpinion(dice: Dice, { votes }: Pick<Habits, 'votes'>) {
  const known = new Map<string, Verdict>()
  return {
    of(artefact: string): Verdict {
      const found =
        known.get(artefact) ?? (dice.chance(isBad(artefact) ? 0.85 : 0.1) ? 'worse' : dice.pick(other))
      known.set(artefact, found)
      return found
    },
    /** How long it takes to judge, in virtual milliseconds. */
    delay: (): number => (votes === 'never' ? Infinity : dice.unit() * (votes === 'late' ? LATE_MS : 100)),
  }
}

/** The other vote that a liar signs on the same model. */
export function otherVote({ body }: Document<Vote>): Vote {
  return { ...body, vote: body.vote === 'worse' ? 'better' : 'worse' }
}
