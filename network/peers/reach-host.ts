import type { Stream } from '@libp2p/interface'
import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'
import { type Node, within } from '../node.ts'

const DIAL_MS = 20_000
/** A connection may be lost while it is being made. */
const TRIES = 3

/** Goes to the institution that made a code. Rejects with 'peer-unreachable' or why it can't be reached. */
export async function reachHost(
  node: Node,
  { id, addresses }: { readonly id: InstitutionId; readonly addresses: readonly string[] },
  protocol: string,
): Promise<Stream> {
  const signal = within(new AbortController().signal, DIAL_MS)
  for (let left = TRIES; ; left -= 1) {
    try {
      await node.dial(id, addresses, signal)
    } catch (cause) {
      throw new AppError('peer-unreachable', 'The inviting institution can not be reached', { cause })
    }
    try {
      return await node.open(id, protocol, signal)
    } catch (error) {
      // Cut before a word was said: the code is not used by it.
      if (left <= 1) throw error
      await node.hangUp(id)
    }
  }
}

/** Begins a conversation anew, a few times, where it is cut before the other side has answered a word. */
export async function persist<T>(begin: () => Promise<T>, again: () => Promise<unknown>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await begin()
    } catch (error) {
      if (left <= 1 || error instanceof AppError) throw error
      await again()
    }
  }
}
