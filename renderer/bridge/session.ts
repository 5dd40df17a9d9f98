const KEY = 'session'

/** What `takeSession` uses of a window. */
interface Shown {
  readonly location: { readonly hash: string }
  readonly history: { replaceState(data: null, title: string, address: string): void }
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>
}

/**
 * The secret by which this page may talk to the engine: taken off the address that a link led to, kept for this tab and
 * this port alone. Null where the page was opened in another way.
 */
export function takeSession({ location, history, sessionStorage }: Shown): string | null {
  const given = /^#session=([\w-]{43})$/.exec(location.hash)?.[1]
  if (given !== undefined) {
    sessionStorage.setItem(KEY, given)
    history.replaceState(null, '', '/')
  }
  return sessionStorage.getItem(KEY)
}
