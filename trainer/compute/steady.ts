import type { Compute, Engine } from './engine.ts'

/**
 * An engine that moves to another one when the first fails, such as a graphics card that is lost or full: the step that
 * failed is computed again from the same numbers, so nothing is lost. Never goes back; `tell` is called once.
 */
export function createSteadyEngine(first: Engine, next: Engine, tell: (error: unknown) => void): Engine {
  let failed = false

  function move(error: unknown): void {
    if (!failed) tell(error)
    failed = true
  }

  return {
    get name() {
      return failed ? next.name : first.name
    },
    open(...problem) {
      let compute: Compute | null = null
      let moved = false

      function current(): Compute {
        if (failed && !moved) drop()
        if (compute) return compute
        moved = failed
        try {
          compute = (failed ? next : first).open(...problem)
        } catch (error) {
          if (failed) throw error
          move(error)
          moved = true
          compute = next.open(...problem)
        }
        return compute
      }

      /** What a failed device held may not be given back any more. */
      function drop(): void {
        try {
          compute?.close()
        } catch {
          // It went with its device.
        }
        compute = null
      }

      async function attempt<T>(work: (compute: Compute) => T | Promise<T>): Promise<T> {
        const used = current()
        const byNext = moved
        try {
          return await work(used)
        } catch (error) {
          if (byNext) throw error
          move(error)
          return work(current())
        }
      }

      return {
        lossAndGradient: (...step) => attempt((used) => used.lossAndGradient(...step)),
        outputs: (params) => attempt((used) => used.outputs(params)),
        close: drop,
      }
    },
  }
}
