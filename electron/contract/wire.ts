import * as v from 'valibot'
import { errorCodes } from '#domain/errors.ts'
import { Count, Text } from '#domain/values.ts'

/** No message from a client is larger than this, strings and bytes counted. */
export const MAX_MESSAGE_BYTES = 2 * 1024 * 1024

/** No answer or event of the engine is larger than this. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024

const Id = Count(1, 2 ** 52)

/** A client asks. */
export const Request = v.strictObject({ id: Id, call: Text(60), input: v.unknown() })
export type Request = v.InferOutput<typeof Request>

/** What a client is told of a failure: a code from the closed list, and where the local log has the rest. */
export const Failure = v.strictObject({ code: v.picklist(errorCodes), ref: Text(40) })
export type Failure = v.InferOutput<typeof Failure>

/** The engine answers, or announces. */
export const Reply = v.union([
  v.strictObject({ id: Id, output: v.unknown() }),
  v.strictObject({ id: Id, error: Failure }),
  v.strictObject({ event: v.unknown() }),
])
export type Reply = v.InferOutput<typeof Reply>

/** Carries messages both ways: a MessagePort, a WebSocket with frames of `frame.ts`, or a pair in memory. */
export interface Duplex {
  send(message: unknown): void
  onMessage(listen: (message: unknown) => void): void
  /** Called once when the other side is gone. */
  onClose(listen: () => void): void
  close(): void
}

/** Whether a message is within a limit. Counts strings, bytes and a little for every value, and stops early. */
export function fits(message: unknown, limit: number): boolean {
  let left = limit
  const open: unknown[] = [message]
  while (open.length > 0) {
    const value = open.pop()
    left -= cost(value)
    if (left < 0) return false
    if (!isNested(value)) continue
    for (const key of Object.keys(value)) left -= key.length
    if (left < 0) return false
    open.push(...Object.values(value).slice(0, left + 1))
  }
  return true
}

function cost(value: unknown): number {
  if (typeof value === 'string') return value.length + 2
  if (Array.isArray(value)) return 2 * value.length + 2
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? value.byteLength : 2
}

function isNested(value: unknown): value is object {
  return (
    value !== null &&
    typeof value === 'object' &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof ArrayBuffer)
  )
}
