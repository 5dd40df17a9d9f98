import { expect, test, vi } from 'vitest'
import { createAllowance } from '#import/allowance.ts'
import { createConversation } from '#import/conversation.ts'
import type { Reply } from '#import/messages.ts'

const MiB = 1024 * 1024
const SMALL_FILE = 1000

/** A conversation with a reader of a small file that says whatever it is told to; `kept` counts what came as far as the store. */
function readerThatSays() {
  let say: (reply: Reply) => void = () => {}
  const kept = { staged: 0, written: 0 }
  const channel = {
    send: () => undefined,
    onMessage: (listen: (message: unknown) => void) => void (say = listen),
    onExit: () => undefined,
    kill: vi.fn(),
  }
  const shelves = {
    stage: (_: number, bytes: Uint8Array) => void (kept.staged += bytes.length),
    take: () => null,
    write: (_: number, __: number, columns: readonly object[]) => void (kept.written += columns.length * MiB),
    earlier: () => null,
  }
  const allowance = createAllowance(SMALL_FILE, 0)
  const talk = createConversation(channel, shelves, { options: {}, secret: new Uint8Array(32), allowance })
  return { talk, channel, kept, say: (reply: Reply) => say(reply) }
}

const staged: Reply = { did: 'stage', part: 0, bytes: new Uint8Array(MiB) }
const column = { kind: 'numbers' as const, values: new Float64Array(MiB / 8) }
const codes = { kind: 'texts' as const, words: [], codes: new Uint32Array(MiB / 4) }

test.each([
  ['what it puts aside', staged],
  ['columns of numbers', { did: 'write', chunk: 0, first: 0, columns: [column] }],
  ['columns of words', { did: 'write', chunk: 0, first: 0, columns: [codes] }],
] satisfies [string, Reply][])(
  'a small file that unpacks to far more than its size (%s) is refused, its reader is ended, and the disk stays small',
  async (_, reply) => {
    const { talk, channel, kept, say } = readerThatSays()
    const refused = talk.preview([], true).catch((error: unknown) => error)
    for (let sent = 0; sent < 100 && channel.kill.mock.calls.length === 0; sent++) {
      say(reply)
      await new Promise((resolve) => setImmediate(resolve))
    }
    talk.close()
    expect(await refused).toMatchObject({ code: 'too-large', message: expect.stringContaining('as CSV') })
    expect(channel.kill).toHaveBeenCalledOnce()
    expect(kept.staged + kept.written).toBeGreaterThan(10 * MiB)
    expect(kept.staged + kept.written).toBeLessThan(64 * MiB)
  },
)

test('an honest table of a large file comes to much, and is taken', () => {
  const allowance = createAllowance(20 * MiB, 0)
  for (let sent = 0; sent < 300; sent++) allowance.spend(staged)
  for (let sent = 0; sent < 300; sent++)
    allowance.spend({ did: 'write', chunk: sent, first: 0, columns: [column] })
})

test('what a reader keeps with itself counts as what it puts aside', () => {
  const allowance = createAllowance(SMALL_FILE, 0)
  const keep = () => allowance.spend({ did: 'keep', size: MiB })
  for (let kept = 0; kept < 12; kept++) keep()
  expect(keep).toThrow('far more than its size')
})
