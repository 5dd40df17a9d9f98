import path from 'node:path'
import type { Channel } from '#trainer/client.ts'
import { forkProgram } from '#trainer/fork.ts'
import type { Parent, Port } from './parent.ts'

type Program = 'trainer' | 'sample' | 'reader'

/** Processes that the parent starts, each reached by a port of its own. What is sent before the port comes waits for it. */
export function createPortChildren(parent: Parent) {
  const waiting = new Map<number, { use: (port: Port) => void; end: () => void }>()
  let last = 0

  function start(program: Program): Channel {
    const id = ++last
    let port: Port | null = null
    const unsent: object[] = []
    const hearing: ((message: unknown) => void)[] = []
    const exits: (() => void)[] = []
    const end = () => {
      waiting.delete(id)
      exits.splice(0).forEach((listen) => listen())
    }
    const use = (given: Port) => {
      port = given
      given.on('message', ({ data }) => hearing.forEach((listen) => listen(data)))
      given.on('close', end)
      given.start()
      const post = given.postMessage.bind(given)
      for (const message of unsent.splice(0)) post(message)
    }
    waiting.set(id, { use, end })
    parent.send({ say: 'child', id, program })
    return {
      send: (message) => (port ? port.postMessage(message) : void unsent.push(message)),
      onMessage: (listen) => void hearing.push(listen),
      onExit: (listen) => void exits.push(listen),
      kill: () => parent.send({ say: 'kill-child', id }),
    }
  }

  return {
    start,
    arrived: (id: number, port: Port) => waiting.get(id)?.use(port),
    gone: (id: number) => waiting.get(id)?.end(),
  }
}

/** A program as a child of this process, from the file that was built beside it. */
export function startBeside(folder: string, program: Program): Channel {
  return forkProgram(path.join(folder, `${program}.mjs`))
}

/** A trainer whose end is told unless it was wanted. */
export function watchTrainer(channel: Channel, died: () => void): Channel {
  let wanted = false
  channel.onExit(() => {
    if (!wanted) died()
  })
  const kill = () => {
    wanted = true
    channel.kill()
  }
  return { ...channel, kill }
}
