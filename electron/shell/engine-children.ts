import { MessageChannelMain } from 'electron'
import type { ToEngine } from '#engine/control.ts'
import type { Child, Children } from './children.ts'

/** Processes that the engine asks for; each gets a port that leads straight to the engine. */
export function createEngineChildren(children: Children) {
  const running = new Map<number, Child>()

  return {
    start(engine: Child, id: number, program: 'trainer' | 'sample' | 'reader'): void {
      const { port1, port2 } = new MessageChannelMain()
      const child = children.start(program)
      running.set(id, child)
      child.onExit(() => {
        running.delete(id)
        engine.send({ do: 'child-gone', id } satisfies ToEngine)
      })
      child.send({ do: 'serve' }, [port2])
      engine.send({ do: 'child', id } satisfies ToEngine, [port1])
    },
    kill: (id: number) => running.get(id)?.kill(),
    /** What works for an engine that is gone works for nobody. */
    killAll(): void {
      for (const child of running.values()) child.kill()
      running.clear()
    },
  }
}
