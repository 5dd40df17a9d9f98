import type { SelfTestFinding } from '#contract/self-test.ts'
import { nameOf } from './double-world.ts'

/** Findings of a hospital behind a firewall that knows so many others, of which the third is away. */
export function selfTestIn(known: number): SelfTestFinding[] {
  const ports = '4101'
  const missing = nameOf(3)
  return [
    { name: 'listening', ok: true, sentence: 'listening', facts: { addresses: 1, ports } },
    known === 0
      ? { name: 'members', ok: false, sentence: 'members-none', facts: { known, connected: 0, missing: '' } }
      : {
          name: 'members',
          ok: false,
          sentence: 'members-some-missing',
          facts: { known, connected: known - 1, missing },
        },
    {
      name: 'reachable',
      ok: false,
      sentence: 'reachable-by-nobody',
      facts: { asked: 4, reached: 0, not: '', ports },
    },
    { name: 'relay', ok: true, sentence: 'relay-available', facts: { relays: 1 } },
    { name: 'clock', ok: true, sentence: 'clock-agrees', facts: { compared: 4, most: 210, differ: '' } },
    { name: 'proxy', ok: true, sentence: 'proxy-none', facts: { ports } },
  ]
}
