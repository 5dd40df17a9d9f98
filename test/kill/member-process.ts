/**
 * A hospital of the kill bench: the product's engine, database, trainer and network, which stands still where it is told
 * to. Started by its path, with what it needs as JSON in its one argument. The product has no such program.
 */
import { registerHooks } from 'node:module'
import * as v from 'valibot'
import type { Duplex } from '#contract/wire.ts'
import type { Channel } from '#trainer/client.ts'
import { cut } from './cutting.ts'
import { type FromMember, Start, ToMember } from './points.ts'
import { arm } from './standing.ts'
import '../bench/with-starter.ts'

const WATCHED = new URL('watched-database.ts', import.meta.url).href
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isWatched = specifier === '#store/database.ts' && context.parentURL !== WATCHED
    return isWatched ? { url: WATCHED, shortCircuit: true } : nextResolve(specifier, context)
  },
})
// Loaded after the hook, so that the engine opens the watched database.
const { openEngine } = await import('#headless/open-engine.ts')
const { serve } = await import('#contract/serve.ts')
const { forkTrainer } = await import('#trainer/fork.ts')

const { computeMs, ...opening } = v.parse(Start, JSON.parse(process.argv[2] ?? ''))
const say = (message: FromMember) => void process.send?.(message, () => undefined)
let hear = (_message: unknown) => {}

process.on('message', (data) => {
  const message = v.parse(ToMember, data)
  if (message.do === 'arm') arm(message.point)
  else if (message.do === 'cut') cut(message.on)
  else hear(message.message)
})

const engine = await openEngine({ ...opening, startTrainer: () => slowed(forkTrainer()) })
const duplex: Duplex = {
  send: (message) => say({ say: 'carry', message }),
  onMessage: (listen) => void (hear = listen),
  onClose: () => undefined,
  close: () => undefined,
}
const record = (call: string, error: unknown) => {
  process.stderr.write(`${call}: ${String(error)}\n`)
  return 'bench'
}
serve(duplex, { handlers: engine.handlers, on: engine.on, record })
say({ say: 'running' })

const close = () => void engine.close().finally(() => process.exit(0))
process.once('disconnect', close).once('SIGTERM', close)
// Whoever started it may have gone meanwhile.
if (!process.connected) close()

/** A hospital that takes its time to compute, and costs this machine nothing meanwhile. */
function slowed(channel: Channel): Channel {
  return { ...channel, send: (message) => void setTimeout(() => channel.send(message), computeMs) }
}
