import * as v from 'valibot'
import { AppError } from '#domain/errors.ts'
import { plainTexts } from '#domain/plain-text.ts'
import {
  calls,
  type Calls,
  type EngineCallName,
  type EngineEvent,
  type Output,
  spokenCalls,
} from './calls.ts'
import { gateCalls, type GateCallName, type GateHandlers } from './gate.ts'
import { fits, MAX_MESSAGE_BYTES, Request, type Duplex, type Failure } from './wire.ts'

/** One function for every call of the engine. Omitting one does not compile. */
export type Handlers = {
  readonly [N in EngineCallName]: (input: v.InferOutput<Calls[N]['input']>) => Output<N> | Promise<Output<N>>
}

/** How many calls one client may have under way. */
const MAX_IN_FLIGHT = 64

export interface Serving {
  /** The engine's functions; as a function of its own where they come and go, which throws 'locked' while there are none. */
  readonly handlers: Handlers | (() => Handlers)
  /** Answers the gate's calls, where there is a gate. */
  readonly gate?: GateHandlers
  /** Subscribes to the engine's events; returns a function that ends it. */
  readonly on: (listen: (event: EngineEvent) => void) => () => void
  /** Keeps the message of a failure in the local log and returns the reference that the client is given. */
  readonly record: (call: string, error: unknown) => string
}

/** Serves one client over a duplex until either side closes. Returns a function that ends it. */
export function serve(duplex: Duplex, { handlers, gate, on, record }: Serving): () => void {
  let inFlight = 0
  let open = true
  const send = (message: unknown) => {
    if (open) duplex.send(message)
  }
  const fail = (call: string, error: unknown): Failure => ({ code: codeOf(error), ref: record(call, error) })

  function answerAny(call: string, input: unknown): Promise<unknown> {
    if (gate && isGateCall(call)) return answerGate(gate, call, input)
    return answer(typeof handlers === 'function' ? handlers() : handlers, call, input)
  }

  async function receive(message: unknown): Promise<void> {
    const request = readRequest(message)
    if (!request) return
    const { id, call, input } = request
    inFlight++
    try {
      if (inFlight > MAX_IN_FLIGHT) throw new AppError('busy', `More than ${MAX_IN_FLIGHT} calls under way`)
      if (!fits(message, MAX_MESSAGE_BYTES)) throw new AppError('too-large', 'A message over the size limit')
      send({ id, output: await answerAny(call, input) })
    } catch (error) {
      send({ id, error: fail(isCall(call) || isGateCall(call) ? call : 'unknown', error) })
    } finally {
      inFlight--
    }
  }

  const mute = on((event) => send({ event }))
  const end = () => {
    open = false
    mute()
  }
  duplex.onClose(end)
  duplex.onMessage((message) => void receive(message))
  return () => {
    end()
    duplex.close()
  }
}

/** A message without a usable id cannot be answered and is dropped. */
function readRequest(message: unknown): Request | null {
  const parsed = v.safeParse(Request, message)
  if (parsed.success) return parsed.output
  const named = v.safeParse(v.object({ id: Request.entries.id }), message)
  return named.success ? { id: named.output.id, call: '', input: null } : null
}

function codeOf(error: unknown): Failure['code'] {
  return error instanceof AppError ? error.code : 'internal'
}

function isCall(name: string): name is EngineCallName {
  return Object.hasOwn(calls, name)
}

function isGateCall(name: string): name is GateCallName {
  return Object.hasOwn(gateCalls, name)
}

/** Answers one call: its input parsed by the call's own schema once. Throws AppError 'bad-request' on anything else. */
export async function answer(handlers: Handlers, name: string, input: unknown): Promise<unknown> {
  if (!isCall(name)) throw new AppError('bad-request', 'An unknown call')
  const parsed = v.safeParse(calls[name].input, spokenCalls.has(name) ? plainTexts(input) : input)
  if (!parsed.success) throw new AppError('bad-request', `Bad input for ${name}`)
  const handle: (input: never) => unknown = handlers[name]
  return handle(parsed.output as never) // safe: parsed by this call's own schema
}

async function answerGate(gate: GateHandlers, name: GateCallName, input: unknown): Promise<unknown> {
  const parsed = v.safeParse(gateCalls[name].input, input)
  if (!parsed.success) throw new AppError('bad-request', `Bad input for ${name}`)
  const handle: (input: never) => unknown = gate[name]
  return handle(parsed.output as never) // safe: parsed by this call's own schema
}
