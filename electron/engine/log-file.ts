import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { AppError } from '#domain/errors.ts'
import type { Log } from './ports.ts'

const MAX_LOG_BYTES = 5 * 1024 * 1024

/**
 * Appends events to a file that only this account reads, one JSON text a line, and starts a new file at 5 MiB; the one
 * before stays beside it. Of errors their name, code and place are kept, and the message of our own alone: it carries counts
 * and ids, while that of a library may quote what it stumbled over.
 */
export function openLog(file: string, now: () => number): Log {
  return (level, event, fields = {}) => {
    const entry = { at: new Date(now()).toISOString(), level, event, ...readable(fields) }
    try {
      if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`)
      appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
    } catch {
      // A full disk must not stop the engine: the log is the first thing to do without.
    }
  }
}

/** The newest lines of the log, at most so many bytes; empty where there is none. */
export function readLogTail(file: string, maxBytes = 1_000_000): string {
  if (!existsSync(file)) return ''
  const bytes = readFileSync(file)
  const text = bytes.subarray(Math.max(0, bytes.length - maxBytes)).toString('utf8')
  return bytes.length > maxBytes ? text.slice(text.indexOf('\n') + 1) : text
}

function readable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]))
}

function plain(value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const code = 'code' in value ? { code: String(value.code) } : {}
  const cause = value.cause === undefined ? {} : { cause: plain(value.cause) }
  const message = value instanceof AppError ? { message: value.message.slice(0, 500) } : {}
  return { name: value.name, ...message, where: whereOf(value), ...code, ...cause }
}

/** Names of our own functions and lines, for whoever mends it. */
function whereOf({ stack = '' }: Error): string[] {
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return lines
    .slice(0, 6)
    .map((line) => line.trim().replace(/file:\/\/\S*?(?=electron|network|trainer|node_modules)/, ''))
}
