import { connect } from '#contract/connect.ts'
import type { CallName, Client, EngineEvent, Input, Output } from '#contract/calls.ts'
import type { Duplex } from '#contract/wire.ts'
import { AppError } from '#domain/errors.ts'

/** Where the link to the engine stands: `lost` after it was open once and is being opened again. */
type Link = 'connecting' | 'open' | 'refused' | 'lost'

interface Ports {
  readonly open: () => Promise<Duplex>
  readonly after: (ms: number, call: () => void) => () => void
}

const RETRY_MS = [300, 600, 1200, 2500, 5000]

/** The engine as the screens see it. Connects again by itself; `epoch` grows with every new connection. */
export class Engine {
  link = $state<Link>('connecting')
  epoch = $state(0)
  #client: Client | null = null
  readonly #listeners = new Set<(event: EngineEvent) => void>()
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Connects, and keeps connecting after every loss. */
  start(tries = 0): void {
    const { open, after } = this.#ports
    const again = () => {
      if (this.link !== 'lost' && tries > 1) this.link = 'refused'
      after(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 5000, () => this.start(tries + 1))
    }
    open().then((duplex) => this.#use(duplex), again)
  }

  #use(duplex: Duplex): void {
    const client = connect(duplex, this.#ports.after)
    duplex.onClose(() => {
      if (this.#client !== client) return
      this.#client = null
      this.link = 'lost'
      this.start()
    })
    client.on((event) => {
      for (const listen of this.#listeners) listen(event)
    })
    this.#client = client
    this.link = 'open'
    this.epoch += 1
  }

  /** Asks the engine. Rejects with AppError: its own code, 'timed-out' or 'disconnected'. */
  async call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
    if (!this.#client) throw new AppError('disconnected', 'The engine is not connected')
    // A form's state is made of proxies, which a window's port cannot carry.
    // Safe: a snapshot has the type of what it was taken of.
    return this.#client.call(name, $state.snapshot(input) as Input<N>)
  }

  /** Calls back at every event, across reconnections, until the returned function is called. */
  on(listen: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listen)
    return () => void this.#listeners.delete(listen)
  }
}
