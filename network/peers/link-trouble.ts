import { OtherVersionError } from '../protocols/hello.ts'

/** Why there is no connection to an institution that we know, as far as our own side can tell. */
export type LinkTrouble =
  | {
      readonly kind:
        | 'no-address'
        | 'name-unknown'
        | 'no-route'
        | 'no-answer'
        | 'port-closed'
        | 'dropped'
        | 'other-program'
        | 'other-key'
        | 'not-let-in'
        | 'proxy'
    }
  | {
      readonly kind: 'other-version'
      /** The protocol that the other side speaks; null where it did not say. */
      readonly theirs: number | null
    }

type Kind = Exclude<LinkTrouble['kind'], 'other-version'>

/** Of several addresses the one counts that leads nearest to the institution: this order, the nearest first. */
const nearest: readonly Kind[] = [
  ...(['other-key', 'not-let-in', 'other-program', 'dropped', 'port-closed'] as const),
  ...(['no-answer', 'no-route', 'name-unknown', 'no-address'] as const),
]

const codes: Readonly<Record<string, Kind>> = {
  ECONNREFUSED: 'port-closed',
  ECONNRESET: 'dropped',
  EPIPE: 'dropped',
  ETIMEDOUT: 'no-answer',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EACCES: 'no-route',
  EPERM: 'no-route',
  ENOTFOUND: 'name-unknown',
  EAI_AGAIN: 'name-unknown',
}

/** Where this machine is told to use a proxy, these mean that connections do not get past it. */
const endsAtProxy: readonly Kind[] = ['other-program', 'dropped', 'no-answer', 'no-route', 'name-unknown']

/** What a failed dial says of each address that was tried, put together. `proxy`: this machine is told to go through one. */
export function dialTroubleOf(error: unknown, proxy: boolean): LinkTrouble {
  const kinds = kindsOf(error)
  const kind = nearest.find((one) => kinds.includes(one)) ?? 'no-answer'
  return { kind: proxy && endsAtProxy.includes(kind) ? 'proxy' : kind }
}

function kindsOf(error: unknown): Kind[] {
  if (error instanceof AggregateError) return error.errors.flatMap(kindsOf)
  return error instanceof Error ? [kindOf(error)] : []
}

/** Names and messages are those of libp2p 3 and its Noise; what they do not tell apart is called 'no-answer'. */
function kindOf(error: Error & { readonly code?: unknown }): Kind {
  const known = codes[String(error.code)]
  if (known) return known
  const { name, message } = error
  if (name === 'UnexpectedPeerError' || message.includes('does not match expected remote identity'))
    return 'other-key'
  // Taken, and let go before a byte: by a firewall, or by one that has too much to do.
  if (message.includes('reading 0/')) return 'dropped'
  if (name === 'EncryptionFailedError' || name === 'UnsupportedProtocolError') return 'other-program'
  return error.code === 'peer-unreachable' ? 'no-address' : 'no-answer'
}

/** What a hello that failed on a connection of proven key says. */
export function helloTroubleOf(error: unknown): LinkTrouble {
  if (error instanceof OtherVersionError) return { kind: 'other-version', theirs: error.theirs }
  if (error instanceof Error && error.name === 'UnsupportedProtocolError')
    return { kind: 'other-version', theirs: null }
  const isLate = error instanceof Error && ['TimeoutError', 'AbortError'].includes(error.name)
  return { kind: isLate ? 'no-answer' : 'not-let-in' }
}
