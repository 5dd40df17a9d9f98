/** What the app's own window offers its page beyond the engine; absent in a browser. */
interface AppWindow {
  /** Prints the page to a PDF file that the person chooses; false when none was chosen. */
  savePdf(name: string): Promise<boolean>
  /** Shows on the app's icon how much waits for a decision. */
  setWaiting(count: number): Promise<void>
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
