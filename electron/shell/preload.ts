/** The only code between a page and this app: it hands over the engine's port and a few named functions. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'

/** The page's own window, which shares its events with this script. */
declare const window: {
  postMessage(message: string, target: string, ports?: readonly unknown[]): void
  readonly location: { readonly origin: string }
}

const post = (message: string, ports: readonly unknown[] = []) =>
  window.postMessage(message, window.location.origin, ports)

ipcRenderer.on('engine-port', ({ ports }: IpcRendererEvent) => post('murmuration:port', ports))
ipcRenderer.on('engine-lost', () => post('murmuration:lost'))

let standing: unknown = { state: 'starting', restarts: 0, trainerDeaths: 0 }
const listeners = new Set<(standing: unknown) => void>()
ipcRenderer.on('engine-standing', (_event: IpcRendererEvent, given: unknown) => {
  standing = given
  for (const listen of listeners) listen(given)
})

contextBridge.exposeInMainWorld(
  'murmuration',
  Object.freeze({
    platform: process.platform,
    /** Calls back with how the engine's process stands, at once and at every change, until the returned function is called. */
    onEngine(listen: (standing: unknown) => void): () => void {
      listeners.add(listen)
      listen(standing)
      return () => void listeners.delete(listen)
    },
    restartEngine: (): Promise<void> => ipcRenderer.invoke('engine-restart'),
    /** Prints this page to a PDF file that the person chooses; false when none was chosen. */
    savePdf: (name: string): Promise<boolean> => ipcRenderer.invoke('save-pdf', name),
    /** What closing the window does while studies need this computer, and whether the app can show that it goes on. */
    getClosing: (): Promise<unknown> => ipcRenderer.invoke('closing'),
    setClosing: (onClose: string): Promise<void> => ipcRenderer.invoke('close-by', onClose),
    /** Shows on the app's icon how much waits for a decision. */
    setWaiting: (count: number): Promise<void> => ipcRenderer.invoke('waiting', count),
  }),
)
