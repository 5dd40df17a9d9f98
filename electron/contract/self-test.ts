import * as v from 'valibot'
import { Count, Text } from '#domain/values.ts'

/** Why there is no connection to an institution that we know. */
const troubles = [
  'no-address',
  'name-unknown',
  'no-route',
  'no-answer',
  'port-closed',
  'dropped',
  'other-program',
  'other-key',
  'not-let-in',
  'proxy',
  'other-version',
] as const
export const LinkTrouble = v.strictObject({
  kind: v.picklist(troubles),
  /** Protocol versions, where they differ: theirs, if they said it, and ours. */
  theirs: v.nullable(Count(1, 1000)),
  ours: v.nullable(Count(1, 1000)),
})
export type LinkTrouble = v.InferOutput<typeof LinkTrouble>

/** One finding of the network's self-test: what was looked at, whether it is in order, the sentence that says so and what it names. */
export const SelfTestFinding = v.strictObject({
  name: v.picklist(['listening', 'members', 'member', 'reachable', 'relay', 'clock', 'proxy']),
  ok: v.boolean(),
  sentence: v.picklist([
    'listening',
    'not-listening',
    'members-none',
    'members-all-connected',
    'members-some-missing',
    'reachable-by-all',
    'reachable-by-some',
    'reachable-by-nobody',
    'reachable-unknown',
    'relay-not-needed',
    'relay-available',
    'relay-missing',
    'clock-unknown',
    'clock-agrees',
    'clock-differs',
    'proxy-none',
    'proxy-not-needed',
    'proxy-only',
    'link-no-address',
    'link-name-unknown',
    'link-no-route',
    'link-no-answer',
    'link-port-closed',
    'link-dropped',
    'link-other-program',
    'link-other-key',
    'link-not-let-in',
    'link-proxy',
    'link-other-version',
    'link-not-tried',
  ]),
  facts: v.record(Text(40), v.union([Text(10_000), v.number()])),
})
export type SelfTestFinding = v.InferOutput<typeof SelfTestFinding>
