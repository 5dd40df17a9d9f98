import * as v from 'valibot'
import { Count, Text } from '#domain/values.ts'
import { rehearsalCalls } from './rehearsal.ts'

const none = v.null()

/** At least twelve characters and at most 200, as typed. Rules on kinds of characters only make people write it down. */
export const Passphrase = v.pipe(Text(200), v.minLength(12))

/** What opens the home: something a person types, or the keychain of this operating system account. */
export const GateKey = v.variant('by', [
  v.strictObject({ by: v.literal('passphrase'), passphrase: Passphrase }),
  v.strictObject({ by: v.literal('keychain') }),
])
export type GateKey = v.InferOutput<typeof GateKey>

/**
 * Where the home stands. 'fresh': no institution yet. 'confirming': keys are made, the recovery words wait to be asked
 * back and nothing is on disk. 'locked': every call but the gate's is refused. 'opening': a moment. 'open': at work.
 */
export const GateState = v.strictObject({
  stage: v.picklist(['fresh', 'confirming', 'locked', 'opening', 'open']),
  /** The institution's name once it has one. */
  name: v.nullable(Text(120)),
  rehearsal: v.boolean(),
  /** 'weak': the system would keep secrets under a fixed password, so a passphrase is required. 'none': a browser. */
  keychain: v.picklist(['ready', 'weak', 'none']),
  /** How this home is unlocked; null before it is made. */
  unlockBy: v.nullable(v.picklist(['passphrase', 'keychain'])),
  /** Behind a lock the engine goes on with its rounds; false when it has not been opened since the start. */
  running: v.boolean(),
  /** The screens lock after so many minutes without anyone at them; null never. */
  lockAfterMinutes: v.nullable(Count(1, 24 * 60)),
})
export type GateState = v.InferOutput<typeof GateState>

/** The calls that are answered before a database is open. Served on the same duplex as the engine's own calls. */
export const gateCalls = {
  'gate.state': { input: none, output: GateState },
  /** Makes keys and shows the 24 recovery words this once. Nothing is written before `gate.confirm`; again is possible. */
  'gate.create': {
    input: v.strictObject({ name: v.pipe(Text(120), v.minLength(1)), key: GateKey }),
    output: v.strictObject({
      recoveryWords: v.pipe(v.array(Text(20)), v.length(24)),
      /** Which words `gate.confirm` wants to see, counted from 1, in this order. */
      ask: v.pipe(v.array(Count(1, 24)), v.length(4)),
    }),
  },
  /** The asked words. 'wrong-passphrase' when one differs. Makes the home and opens it. */
  'gate.confirm': {
    input: v.strictObject({ words: v.pipe(v.array(Text(20)), v.length(4)) }),
    output: GateState,
  },
  /** Opens or unlocks: with the passphrase, or with null by the keychain. 'wrong-passphrase', 'home-in-use', 'busy'. */
  'gate.unlock': { input: v.strictObject({ passphrase: v.nullable(Text(200)) }), output: GateState },
  /** Opens with the 24 recovery words, separated by spaces, and sets a new key. 'wrong-passphrase'. */
  'gate.recover': { input: v.strictObject({ words: Text(400), key: GateKey }), output: GateState },
  /** Locks every screen at once. Rounds go on behind it. */
  'gate.lock': { input: none, output: GateState },
  'gate.lockAfter': {
    input: v.strictObject({ minutes: GateState.entries.lockAfterMinutes }),
    output: GateState,
  },
  /**
   * Replaces our own key, or makes the statement that it is void: the code is for the others, and among `keys.own` from then on. The
   * engine is closed for it and opened again. With null the keychain opens it. 'wrong-passphrase', 'home-restored'.
   */
  'gate.changeKey': {
    input: v.strictObject({
      kind: v.picklist(['rotation', 'revocation']),
      passphrase: v.nullable(Text(200)),
    }),
    output: v.strictObject({ code: Text(8000) }),
  },
  ...rehearsalCalls,
} satisfies Record<string, { input: v.GenericSchema; output: v.GenericSchema }>

export type GateCalls = typeof gateCalls
export type GateCallName = keyof GateCalls

/** One function for every call of the gate. */
export type GateHandlers = {
  readonly [N in GateCallName]: (
    input: v.InferOutput<GateCalls[N]['input']>,
  ) => v.InferOutput<GateCalls[N]['output']> | Promise<v.InferOutput<GateCalls[N]['output']>>
}
