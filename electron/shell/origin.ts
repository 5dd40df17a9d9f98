/** The scheme and the only host of our own pages. */
export const SCHEME = 'app'
const HOST = 'murmuration'
export const START = `${SCHEME}://${HOST}/`

/** Whether an address is one of our own pages. Node gives such schemes no origin, so its parts are compared. */
export function isOurs(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, host, username, password } = new URL(address)
  return protocol === `${SCHEME}:` && host === HOST && username === '' && password === ''
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
