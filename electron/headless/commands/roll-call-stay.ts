import type { Client } from '#contract/calls.ts'
import { AppError } from '#domain/errors.ts'
import type { Clock } from '#network/ports.ts'
import { say, tell } from '../terminal.ts'

const LOOK_EVERY_MS = 1000

interface Stay {
  /** Milliseconds at most. */
  readonly most: number
  readonly clock: Pick<Clock, 'ticks' | 'after'>
}

interface Confirmed {
  readonly id: string
  readonly name: string
}

/**
 * Stays with a roll call after our person has confirmed these, until all of them have confirmed us too and are linked, or the time is
 * over, and says which. Rejects with 'words-differ' as soon as somebody says that it read other words.
 */
export async function stayUntilLinked(
  client: Client,
  confirmed: readonly Confirmed[],
  { most, clock }: Stay,
): Promise<void> {
  const until = clock.ticks() + most
  const linked = new Set<string>()
  for (;;) {
    await refuseDiffering(client)
    const peers = await client.call('peers.list', null)
    for (const { id, name } of confirmed) {
      if (linked.has(id) || !peers.some((one) => one.id === id && one.connected)) continue
      linked.add(id)
      tell(`${name} has confirmed us too, and is linked.`)
    }
    const missing = confirmed.filter(({ id }) => !linked.has(id))
    if (missing.length === 0) return say('Done: all whom you confirmed have confirmed you too.')
    if (clock.ticks() >= until) return say(sentenceOf(missing))
    await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve))
  }
}

/** Throws where somebody of the list saw other words, however late. */
async function refuseDiffering(client: Client): Promise<void> {
  const view = await client.call('rollCall.get', null)
  const differing = (view?.members ?? []).filter((one) => one.differs).map(({ name }) => name)
  if (differing.length === 0) return
  throw new AppError(
    'words-differ',
    `${differing.join(', ')} saw other words, after you had confirmed: somebody may stand in between. Ring all whom you confirmed, and remove them in the pages (Network) until you have compared again`,
  )
}

function sentenceOf(missing: readonly Confirmed[]): string {
  const names = missing.map(({ name }) => name).join(', ')
  return `Not linked yet: ${names}. They have not confirmed this institution, or cannot be reached. They can still do so without this command; links open while the engine runs (murmuration run).`
}
