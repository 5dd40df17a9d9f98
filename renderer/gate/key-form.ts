import type { GateKey, GateState } from '#contract/gate.ts'
import { words } from '../words/words.ts'

/** How a home will be unlocked, as a form holds it. */
export interface KeyForm {
  by: GateKey['by']
  passphrase: string
  again: string
}

/** The shortest passphrase that the engine takes. */
const SHORTEST = 12

/** A form that begins with what is best on this computer. */
export function keyForm({ keychain }: GateState): KeyForm {
  return { by: keychain === 'ready' ? 'keychain' : 'passphrase', passphrase: '', again: '' }
}

/** What must be mended in a form, by field. Empty when nothing. */
export function keyProblems({
  by,
  passphrase,
  again,
}: KeyForm): Partial<Record<'passphrase' | 'again', string>> {
  if (by === 'keychain') return {}
  if (passphrase.length < SHORTEST) return { passphrase: words.gate.tooShort(SHORTEST) }
  return passphrase === again ? {} : { again: words.gate.notSame }
}

/** The key that a form says. */
export function keyOf({ by, passphrase }: KeyForm): GateKey {
  return by === 'keychain' ? { by } : { by, passphrase }
}
