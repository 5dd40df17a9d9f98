import { MessageChannelMain } from 'electron'
import type { ToEngine } from '#engine/control.ts'
import type { Child, Children } from './children.ts'

/** Trainers in processes of their own, started when the engine asks; each gets a port that leads straight to the engine. */
export function createTrainers(children: Children) {
  const running = new Map<number, Child>()

  return {
    start(engine: Child, id: number): void {
      const { port1, port2 } = new MessageChannelMain()
      const trainer = children.start('trainer')
      running.set(id, trainer)
      trainer.onExit(() => {
        running.delete(id)
        engine.send({ do: 'trainer-gone', id } satisfies ToEngine)
      })
      trainer.send({ do: 'serve' }, [port2])
      engine.send({ do: 'trainer', id } satisfies ToEngine, [port1])
    },
    kill: (id: number) => running.get(id)?.kill(),
    /** Trainers of an engine that is gone work for nobody. */
    killAll(): void {
      for (const trainer of running.values()) trainer.kill()
      running.clear()
    },
  }
}
