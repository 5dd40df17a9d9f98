import type { EngineEvent } from '#contract/calls.ts'
import type { Announce, Log } from './ports.ts'

/** The engine's announcements: everyone who listens hears each, and one that fails does not keep it from the others. */
export function createEvents(log: Log) {
  const listeners = new Set<(event: EngineEvent) => void>()
  const announce: Announce = (event) => {
    for (const listen of listeners) {
      try {
        listen(event)
      } catch (error) {
        log('error', 'listener-failed', { event: event.event, error })
      }
    }
  }
  return {
    announce,
    on(listen: (event: EngineEvent) => void) {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
  }
}
