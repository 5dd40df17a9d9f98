import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeFrame, encodeFrame } from '#contract/frame.ts'

const LIMIT = 1_000_000

function textFrame(text: string, rest: number[] = []): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  const frame = new Uint8Array(4 + bytes.length + rest.length)
  new DataView(frame.buffer).setUint32(0, bytes.length)
  frame.set(bytes, 4)
  frame.set(rest, 4 + bytes.length)
  return frame
}

describe('a frame', () => {
  test('brings a message back as it was, bytes included', () => {
    const message = {
      id: 1,
      call: 'imports.chunk',
      input: { id: 'a', bytes: Uint8Array.of(1, 2, 255) },
      more: [new Uint8Array(0)],
    }
    expect(decodeFrame(encodeFrame(message), LIMIT)).toEqual(message)
  })

  test('may be a part of a larger buffer', () => {
    const frame = encodeFrame({ bytes: Uint8Array.of(9) })
    const larger = new Uint8Array(frame.length + 7)
    larger.set(frame, 5)
    expect(decodeFrame(larger.subarray(5, 5 + frame.length), LIMIT)).toEqual({ bytes: Uint8Array.of(9) })
  })

  test('over the limit is refused before it is read', () => {
    expect(() => decodeFrame(new Uint8Array(LIMIT + 1), LIMIT)).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    )
  })

  test.each([
    ['shorter than its length', Uint8Array.of(0, 0)],
    ['ends before its text', Uint8Array.of(0, 0, 0, 9, 123)],
    ['is not JSON', textFrame('{')],
    ['names more bytes than it has', textFrame('{"$bytes":3}', [1])],
    ['has bytes that nobody names', textFrame('{}', [1])],
    ['has a tag that is no length', textFrame('{"$bytes":-1}')],
    ['has a tag with company', textFrame('{"$bytes":1,"x":2}', [1])],
    ['is not UTF-8', Uint8Array.of(0, 0, 0, 1, 0xff)],
  ])('that %s is refused', (_, frame) => {
    expect(() => decodeFrame(frame, LIMIT)).toThrow(expect.objectContaining({ code: 'bad-request' }))
  })

  test('of any bytes gives a message or an AppError, never another failure', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (frame) => {
        try {
          decodeFrame(frame, LIMIT)
        } catch (error) {
          expect(error).toMatchObject({ name: 'AppError' })
        }
      }),
      { numRuns: 5000 },
    )
  })
})
