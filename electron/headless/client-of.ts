import type { Client, Output } from '#contract/calls.ts'
import { answer } from '#contract/serve.ts'
import type { Engine } from '#engine/engine.ts'

/** An engine of this very process as its clients see it. */
export function clientOf(engine: Engine): Client {
  return {
    // Safe: each handler's type is its call's output.
    call: async (name, input) => (await answer(engine.handlers, name, input)) as Output<typeof name>,
    on: engine.on,
    close: engine.close,
  }
}
