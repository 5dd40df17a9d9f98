import { BrowserWindow, screen } from 'electron'
import { START } from './origin.ts'
import { readWindowState, writeWindowState } from './window-state.ts'

const USUAL = { width: 1280, height: 860 }
const LEAST = { minWidth: 900, minHeight: 600 }

export interface WindowPorts {
  readonly preload: string
  readonly stateFile: string
  readonly dark: boolean
  /** Developer tools are for those who run the product from its sources. */
  readonly devTools: boolean
}

/** The only place where a window is made, and so the only settings that one can have. */
export function openWindow({ preload, stateFile, dark, devTools }: WindowPorts): BrowserWindow {
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea)
  const state = readWindowState(stateFile, screens)
  const { maximized, ...bounds } = state ?? { ...USUAL, maximized: false }
  const window = new BrowserWindow({
    ...bounds,
    ...LEAST,
    show: false,
    title: 'Murmuration',
    backgroundColor: dark ? '#12161C' : '#F7F7F4',
    autoHideMenuBar: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools,
    },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() })
  })
  void window.loadURL(START)
  return window
}
