import { powerMonitor } from 'electron'
import type { ToEngine } from '#engine/control.ts'

const LOOK_MS = 15_000

type Told = Extract<ToEngine, { do: 'power' | 'idle' }>

/** Tells of sleep, battery and locked screens, and how long nobody was there, until the returned function is called. */
export function watchPower(tell: (message: Told) => void): () => void {
  powerMonitor.on('suspend', () => tell({ do: 'power', state: 'suspend' }))
  powerMonitor.on('resume', () => tell({ do: 'power', state: 'resume' }))
  powerMonitor.on('on-battery', () => tell({ do: 'power', state: 'battery' }))
  powerMonitor.on('on-ac', () => tell({ do: 'power', state: 'mains' }))
  powerMonitor.on('lock-screen', () => tell({ do: 'power', state: 'screen-locked' }))
  const look = () => tell({ do: 'idle', seconds: Math.floor(powerMonitor.getSystemIdleTime()) })
  const timer = setInterval(look, LOOK_MS)
  return () => clearInterval(timer)
}
