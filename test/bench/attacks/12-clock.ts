import { hashOf } from '#domain/canonical.ts'
import { uncovered } from '#domain/permission.ts'
import { createAgreedClock } from '#network/agreed-clock.ts'
import { signDocument } from '#network/identity/documents.ts'
import { identityOf } from '../../kit/signed-log.ts'
import { realClock } from '../../kit/real-clock.ts'
import { createDice } from '../../simulation/clock.ts'
import { consentOf, simulatedStudy } from '../../simulation/study.ts'
import type { Attack } from '../attack.ts'

const DAY = 24 * 3_600_000

/** Members whose machines say that it is long ago, so that an approval of ours which has ended would be open again. */
export const attack: Attack = {
  row: 12,
  about: 'up to 49 members lie about the time while the honest ones are away',
  run({ quick }) {
    const dice = createDice(12)
    const times = quick ? 200 : 5000
    const revived = Array.from({ length: times }, () => isRevived(dice)).filter(Boolean).length
    const got = `${revived} of ${times} approvals that had ended came back`
    return Promise.resolve({ got, failed: revived > 0 })
  },
}

function isRevived(dice: ReturnType<typeof createDice>): boolean {
  const now = Date.now()
  const signers = [1, 2, 3].map(identityOf)
  const [us] = signers
  if (!us) throw new RangeError('There are three')
  const study = signDocument(us, {
    ...simulatedStudy(signers, 1, now - 900 * DAY),
    expiresAt: now + 900 * DAY,
  })
  const ended = now - (1 + dice.below(800 * DAY))
  const consent = (expiresAt: number) =>
    signDocument(us, { ...consentOf(us.id, study, hashOf('rows'), now - 900 * DAY), expiresAt })
  const lies = Array.from({ length: 1 + dice.below(49) }, () => -dice.below(2000 * DAY))
  const clock = createAgreedClock(realClock, () => lies)
  const isOpen = (expiresAt: number, at: number) =>
    uncovered({ study, consents: [consent(expiresAt)], withdrawals: [] }, us.id, 1, at) === null
  // The check on the check: it was open before its end, and one that has not ended is open now.
  if (!isOpen(ended, ended - 1) || !isOpen(now + DAY, clock.now()))
    throw new Error('An open approval is refused')
  return isOpen(ended, clock.now())
}
