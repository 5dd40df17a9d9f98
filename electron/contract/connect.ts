import * as v from 'valibot'
import { AppError } from '#domain/errors.ts'
import { EngineEvent, type CallName, type Client, type Output } from './calls.ts'
import { Reply, type Duplex } from './wire.ts'

/** A failure that the engine reported: its code, and the reference under which its local log has the message. */
export class CallError extends AppError {
  readonly ref: string

  constructor(call: string, code: AppError['code'], ref: string) {
    super(code, `${call} failed: ${code} (${ref})`)
    this.ref = ref
  }
}

const slow: Partial<Record<CallName, number>> = {
  'gate.confirm': 180_000,
  'gate.unlock': 180_000,
  'gate.recover': 180_000,
  'rehearsal.begin': 180_000,
  'imports.finish': 900_000,
  'imports.chunk': 120_000,
  'mappings.check': 300_000,
  'mappings.save': 300_000,
  'results.get': 300_000,
}
const USUAL_MS = 60_000

interface Waiting {
  readonly call: CallName
  readonly done: (output: unknown) => void
  readonly fail: (error: AppError) => void
  readonly cancel: () => void
}

/** Calls back once after so many milliseconds; the returned function cancels it. */
type After = (ms: number, call: () => void) => () => void

/** A client of the engine over any duplex. Calls reject with CallError, 'timed-out' or 'disconnected'. */
export function connect(duplex: Duplex, after: After): Client {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(event: EngineEvent) => void>()
  let last = 0
  let open = true

  function settle(id: number): Waiting | undefined {
    const one = waiting.get(id)
    waiting.delete(id)
    one?.cancel()
    return one
  }

  function receive(message: unknown): void {
    const parsed = v.safeParse(Reply, message)
    if (!parsed.success) return
    const reply = parsed.output
    if ('event' in reply) return announce(listeners, reply.event)
    const one = settle(reply.id)
    if (!one) return
    if ('error' in reply) one.fail(new CallError(one.call, reply.error.code, reply.error.ref))
    else one.done(reply.output)
  }

  function end(): void {
    open = false
    for (const id of [...waiting.keys()]) settle(id)?.fail(new AppError('disconnected', 'The engine is gone'))
  }

  duplex.onMessage(receive)
  duplex.onClose(end)
  return {
    call: (name, input) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(new AppError('disconnected', 'The engine is gone'))
        const id = ++last
        const expire = () => settle(id)?.fail(new AppError('timed-out', `${name} was not answered in time`))
        const cancel = after(slow[name] ?? USUAL_MS, expire)
        // The engine answers each call with its own output: both sides are compiled from one contract.
        const done = (output: unknown) => resolve(output as Output<typeof name>)
        waiting.set(id, { call: name, done, fail: reject, cancel })
        duplex.send({ id, call: name, input })
      }),
    on(listen) {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
    async close() {
      end()
      duplex.close()
    },
  }
}

function announce(listeners: ReadonlySet<(event: EngineEvent) => void>, event: unknown): void {
  const parsed = v.safeParse(EngineEvent, event)
  if (parsed.success) for (const listen of listeners) listen(parsed.output)
}
