import type { App, Session, WebContents } from 'electron'
import { isOurMainFrame, isOurs } from './origin.ts'

/** What a page may do beyond showing itself: put text that a person chose to copy on the clipboard. */
const GRANTED = 'clipboard-sanitized-write'

export interface GuardPorts {
  /** Told of everything that was refused, by kind alone. */
  readonly refused: (what: string) => void
}

/** Refuses every permission in both places where Electron would otherwise say yes, and every address that is not ours. */
export function guardSession(session: Session, { refused }: GuardPorts): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    const granted = isGranted(permission, contents?.mainFrame.url)
    if (!granted) refused(`permission ${permission}`)
    answer(granted)
  })
  session.setPermissionCheckHandler((contents, permission) => isGranted(permission, contents?.mainFrame.url))
  session.setDevicePermissionHandler(() => false)
  const elsewhere = { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file:///*', 'ftp://*/*'] }
  session.webRequest.onBeforeRequest(elsewhere, ({ resourceType }, answer) => {
    refused(`request ${resourceType}`)
    answer({ cancel: true })
  })
  session.setSpellCheckerEnabled(false)
}

function isGranted(permission: string, address: string | undefined): boolean {
  return permission === GRANTED && address !== undefined && isOurs(address)
}

/** Keeps every page of this app where it is: no navigation, no new window, no page inside a page. */
export function guardContents(app: App, ports: GuardPorts): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, ports))
}

function guard(contents: WebContents, { refused }: GuardPorts): void {
  contents.setWindowOpenHandler(() => {
    refused('new window')
    return { action: 'deny' }
  })
  const stay = (event: { preventDefault(): void }, what: string) => {
    refused(what)
    event.preventDefault()
  }
  contents.on('will-navigate', (event) => {
    // A reload of our own page is no navigation away.
    if (event.url !== contents.getURL() || !isOurMainFrame(contents.mainFrame)) stay(event, 'navigation')
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) stay(event, 'frame')
  })
  contents.on('will-redirect', (event) => stay(event, 'redirect'))
  contents.on('will-attach-webview', (event) => stay(event, 'webview'))
}
