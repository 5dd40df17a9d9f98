/** What closing the window may do while studies need this computer. */
export const waysToClose = ['ask', 'background', 'quit'] as const
export type OnClose = (typeof waysToClose)[number]

/** What the app's own window offers its page beyond the engine; absent in a browser. */
interface AppWindow {
  /** Prints the page to a PDF file that the person chooses; false when none was chosen. */
  savePdf(name: string): Promise<boolean>
  /** Shows on the app's icon how much waits for a decision. */
  setWaiting(count: number): Promise<void>
  getClosing(): Promise<{ onClose: OnClose; tray: boolean }>
  setClosing(onClose: OnClose): Promise<void>
}

declare global {
  /** Put there by the preload script of the app's window. */
  var murmuration: AppWindow | undefined
}

/** Prints the page: to a PDF file in the app, by the browser's own dialog elsewhere. */
export async function printPage(name: string): Promise<void> {
  if (globalThis.murmuration) await globalThis.murmuration.savePdf(name)
  else window.print()
}

/** Tells the app's icon how much waits for a decision; nothing in a browser. */
export function showWaiting(count: number): void {
  globalThis.murmuration?.setWaiting(count).catch(() => undefined)
}

/** What closing the app's window does; null in a browser, where rounds go on without a page. */
export async function closingOf(): Promise<{ onClose: OnClose; tray: boolean } | null> {
  return (await globalThis.murmuration?.getClosing()) ?? null
}

/** Chooses what closing the app's window does. */
export async function chooseClosing(onClose: OnClose): Promise<void> {
  await globalThis.murmuration?.setClosing(onClose)
}
