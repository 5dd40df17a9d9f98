import type { GateHandlers, GateState } from '#contract/gate.ts'
import type { RehearsalView } from '#contract/rehearsal.ts'
import { AppError } from '#domain/errors.ts'

const recoveryWords =
  'acid bulb coil dawn echo fern gust hive iris jade kelp lark moss nest oval pine quay reed sand tide urn vine wave yard'.split(
    ' ',
  )
const ask = [3, 9, 14, 22]

/** A gate that stands where it is told, and opens for the right words or 'correct horse battery'. */
export function gateAt(
  stage: GateState['stage'],
  changed: () => void,
  rehearsal: RehearsalView | null = null,
): { handlers: GateHandlers; isOpen: () => boolean } {
  let state: GateState = {
    stage,
    name: stage === 'locked' ? 'Northfield Hospital' : null,
    rehearsal: rehearsal !== null,
    keychain: 'none',
    unlockBy: stage === 'locked' ? 'passphrase' : null,
    running: rehearsal !== null,
    lockAfterMinutes: 15,
  }
  const become = (change: Partial<GateState>) => {
    state = { ...state, ...change }
    changed()
    return state
  }
  const wrong = (): never => {
    throw new AppError('wrong-passphrase', 'not the right words')
  }
  const unavailable = (): never => {
    throw new AppError('not-available', 'the double has no sample hospitals')
  }
  return {
    isOpen: () => state.stage === 'open',
    handlers: {
      'gate.state': () => state,
      'gate.create': ({ name }) => {
        become({ stage: 'confirming', name })
        return { recoveryWords, ask }
      },
      'gate.confirm': ({ words }) =>
        words.every((word, i) => word === recoveryWords[ask[i]! - 1])
          ? become({ stage: 'open', running: true })
          : wrong(),
      'gate.unlock': ({ passphrase }) =>
        passphrase === 'correct horse battery' ? become({ stage: 'open' }) : wrong(),
      'gate.recover': ({ words }) =>
        words === recoveryWords.join(' ') ? become({ stage: 'open' }) : wrong(),
      'gate.lock': () => become({ stage: 'locked', unlockBy: 'passphrase' }),
      'gate.changeKey': () => ({ code: 'murmurationkey1:'.padEnd(420, 'eyJzdGF0') }),
      'gate.lockAfter': ({ minutes }) => become({ lockAfterMinutes: minutes }),
      'rehearsal.get': () => rehearsal,
      'rehearsal.begin': unavailable,
      'rehearsal.table': unavailable,
      'rehearsal.dropOut': unavailable,
      'rehearsal.comeBack': unavailable,
      'rehearsal.lie': ({ name, lying }) => {
        if (!rehearsal) return unavailable()
        const hospitals = rehearsal.hospitals.map((one) => (one.name === name ? { ...one, lying } : one))
        rehearsal = { ...rehearsal, hospitals }
        changed()
        return null
      },
      'rehearsal.end': unavailable,
    },
  }
}
