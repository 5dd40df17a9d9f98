/** The scheme and the only host of our own pages. */
export const SCHEME = 'app'
const HOST = 'murmuration'
export const START = `${SCHEME}://${HOST}/`

/** Whether an address is one of our own pages. Node gives such schemes no origin, so its parts are compared. */
export function isOurs(address: string): boolean {
  const { protocol, host, username, password } = parse(address) ?? {}
  return protocol === `${SCHEME}:` && host === HOST && username === '' && password === ''
}

/** An older Electron has no URL.canParse. */
function parse(address: string): URL | null {
  try {
    return new URL(address)
  } catch {
    return null
  }
}

/** A frame of a page, as far as it is judged. */
interface Frame {
  readonly url: string
  readonly parent: Frame | null
}

/** Whether a message comes from the main frame of one of our own pages. A frame that is gone is nobody's. */
export function isOurMainFrame(frame: Frame | null): boolean {
  return frame !== null && frame.parent === null && isOurs(frame.url)
}
