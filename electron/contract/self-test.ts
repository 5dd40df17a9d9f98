import * as v from 'valibot'
import { Text } from '#domain/values.ts'

/** One finding of the network's self-test: what was looked at, whether it is in order, the sentence that says so and what it names. */
export const SelfTestFinding = v.strictObject({
  name: v.picklist(['listening', 'members', 'reachable', 'relay', 'clock', 'proxy']),
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
  ]),
  facts: v.record(Text(40), v.union([Text(10_000), v.number()])),
})
export type SelfTestFinding = v.InferOutput<typeof SelfTestFinding>
