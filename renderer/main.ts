import './style/fonts.css'
import './style/tokens.css'
import './style/base.css'
import './style/layout.css'
import './style/print.css'
import { mount } from 'svelte'
import App from './frame/App.svelte'
import { Engine } from './bridge/engine.svelte.ts'
import { openPorts } from './bridge/port.ts'
import { takeSession } from './bridge/session.ts'
import { openSocket } from './bridge/socket.ts'
import { applyTheme, storedTheme } from './settings/theme.ts'

// The app's own window is served by its own scheme and gets a port; a browser gets a socket.
const open = location.protocol === 'app:' ? openPorts() : overSession(takeSession(window))

function overSession(session: string | null) {
  return () => openSocket(location, session)
}

function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}

applyTheme(storedTheme())
const engine = new Engine({ open, after })
engine.start()

const target = document.getElementById('app')
if (target) mount(App, { target, props: { engine, clock: Date.now } })
