import * as v from 'valibot'
import { GateState } from '#contract/gate.ts'
import { Count, Text } from '#domain/values.ts'

/** Numbers one link, one question or one process that an engine's process asked for. */
const Id = Count(1, 2 ** 52)
const Secret = Text(8000)

/** What the process that owns the window says to the process that holds the engine. Beside 'link' and 'child' a port may travel. */
export const ToEngine = v.variant('do', [
  v.strictObject({
    do: v.literal('start'),
    home: v.nullable(Text(4000)),
    build: Text(200),
    listen: v.pipe(v.array(Text(300)), v.maxLength(20)),
    keychain: v.picklist(['ready', 'weak']),
    /** Whether ports can travel: if not, links are carried message by message and the trainer is a child of the engine. */
    ports: v.boolean(),
    /** What was open before a crash. */
    before: v.nullable(v.strictObject({ passphrase: Text(200), locked: v.boolean() })),
  }),
  v.strictObject({ do: v.literal('link'), link: Id }),
  v.strictObject({ do: v.literal('carry'), link: Id, message: v.unknown() }),
  v.strictObject({ do: v.literal('unlink'), link: Id }),
  /** A process that was asked for: its port travels along. */
  v.strictObject({ do: v.literal('child'), id: Id }),
  v.strictObject({ do: v.literal('child-gone'), id: Id }),
  /** The keychain's answer; null when it could not. */
  v.strictObject({ do: v.literal('keychain'), id: Id, text: v.nullable(Secret) }),
  v.strictObject({
    do: v.literal('power'),
    state: v.picklist(['suspend', 'resume', 'battery', 'mains', 'screen-locked']),
  }),
  v.strictObject({ do: v.literal('idle'), seconds: Count(0, 1e9) }),
  v.strictObject({ do: v.literal('close') }),
])
export type ToEngine = v.InferOutput<typeof ToEngine>

/** What the engine's process says to the one that owns the window. */
export const FromEngine = v.variant('say', [
  v.strictObject({ say: v.literal('ready') }),
  /** Where the gate stands, and what opens the engine again should this process die. Kept in memory only. */
  v.strictObject({
    say: v.literal('changed'),
    stage: GateState.entries.stage,
    passphrase: v.nullable(Text(200)),
  }),
  v.strictObject({ say: v.literal('carry'), link: Id, message: v.unknown() }),
  v.strictObject({ say: v.literal('unlink'), link: Id }),
  /** Asks for a process of this program. */
  v.strictObject({ say: v.literal('child'), id: Id, program: v.picklist(['trainer', 'sample', 'reader']) }),
  v.strictObject({ say: v.literal('kill-child'), id: Id }),
  v.strictObject({ say: v.literal('trainer-died') }),
  /** How many studies need this machine now. */
  v.strictObject({ say: v.literal('taking-part'), studies: Count(0, 1e6) }),
  v.strictObject({ say: v.literal('keychain'), id: Id, act: v.picklist(['seal', 'open']), text: Secret }),
])
export type FromEngine = v.InferOutput<typeof FromEngine>
