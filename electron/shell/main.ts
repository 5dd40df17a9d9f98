/** The app in a window: one window, one engine process behind it. No database, no network and no mathematics here. */
import path from 'node:path'
import { app, BrowserWindow, nativeTheme, session, type WebContents } from 'electron'
import { openLog } from '#engine/log-file.ts'
import { answerPages } from './asked.ts'
import { createBackground } from './background.ts'
import { chooseChildren } from './children.ts'
import { createEngineHost } from './engine-host.ts'
import { guardContents, guardSession } from './guards.ts'
import type { Link } from './links.ts'
import { setMenu } from './menu.ts'
import { isOurMainFrame } from './origin.ts'
import { declareScheme, servePages } from './pages.ts'
import { findPlace } from './place.ts'
import { watchPower } from './power.ts'
import { openWindow } from './window.ts'

const place = findPlace(app, process.env, process.resourcesPath)
// Two apps that run from the sources on homes of their own do not share a window's folder.
if (place.home !== null) app.setPath('userData', path.join(place.home, 'window'))
const log = openLog(path.join(app.getPath('userData'), 'window.log'), Date.now)
const refused = (what: string) => log('warn', 'refused', { what })

app.enableSandbox()
declareScheme()
guardContents(app, { refused })

function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}

const engine = createEngineHost({
  children: chooseChildren(place.programs, place.packedNode, place.namedNode),
  home: place.home,
  listen: place.listen,
  build: `${app.getName().toLowerCase()} ${app.getVersion()}`,
  after,
  now: Date.now,
  log,
  onStanding(standing) {
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      webContents.send('engine-standing', standing)
      if (standing.state !== 'running') webContents.send('engine-lost')
      else if (!webContents.isLoading()) link(webContents)
    }
  },
})

const background = createBackground({
  file: path.join(app.getPath('userData'), 'closing.json'),
  pages: place.pages,
  studies: engine.studies,
  show: () => show(),
})

/** The way to the engine that each window's page has now. */
const ways = new WeakMap<WebContents, Link>()

/** Gives the page of a window a fresh way to the engine. */
function link(contents: WebContents): void {
  unlink(contents)
  if (!isOurMainFrame(contents.mainFrame)) return
  contents.send('engine-standing', engine.standing())
  const way = engine.open()
  if (!way) return
  ways.set(contents, way)
  contents.postMessage('engine-port', null, [way.port])
}

/** A page that goes takes its way with it. Electron 25 crashes a page that is reloaded with an open port. */
function unlink(contents: WebContents): void {
  ways.get(contents)?.close()
  ways.delete(contents)
}

function show(): void {
  const [open] = BrowserWindow.getAllWindows()
  if (open) {
    if (open.isMinimized()) open.restore()
    return open.focus()
  }
  const window = openWindow({
    preload: place.preload,
    stateFile: path.join(app.getPath('userData'), 'window.json'),
    dark: nativeTheme.shouldUseDarkColors,
    devTools: !app.isPackaged,
  })
  background.watch(window)
  background.shown()
  const { webContents } = window
  webContents.on('did-finish-load', () => link(webContents))
  webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) unlink(webContents)
  })
  webContents.on('render-process-gone', (_event, { reason }) => {
    log('error', 'page-died', { reason })
    if (reason !== 'clean-exit' && !window.isDestroyed()) webContents.reload()
  })
}

let ended = false
/** Waits for the database before the app is gone. */
function quit(event: { preventDefault(): void }): void {
  if (ended) return
  event.preventDefault()
  void engine.close().finally(() => {
    ended = true
    app.quit()
  })
}

function start(): void {
  guardSession(session.defaultSession, { refused })
  servePages(session.defaultSession, place.pages)
  answerPages({ restartEngine: engine.retry, closing: background, refused })
  setMenu(app, process.platform, !app.isPackaged)
  engine.launch()
  show()
  watchPower(engine.tell)
}

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', show)
  app.on('activate', show)
  app.on('window-all-closed', background.afterLast)
  app.on('will-quit', quit)
  void app.whenReady().then(start)
} else {
  app.quit()
}
