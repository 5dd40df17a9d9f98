import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { WebSocket } from 'ws'
import type { Client } from '#contract/calls.ts'
import { connect } from '#contract/connect.ts'
import { MAX_ANSWER_BYTES } from '#contract/wire.ts'
import { clientOf } from './client-of.ts'
import { filesOf, readHome } from './home.ts'
import { readPassphrase } from './passphrase.ts'
import { overSocket } from './socket.ts'
import { systemClock } from './clock.ts'

const CONNECT_MS = 10_000

const Running = v.strictObject({
  format: v.literal(1),
  pid: v.number(),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  token: v.string(),
})
type Running = v.InferOutput<typeof Running>

/** How a command finds its institution. */
export interface Where {
  readonly home: string
  readonly passphraseFile?: string | undefined
}

/**
 * A client of the engine that runs in this home; where none runs, the home is opened in this process, which needs the
 * passphrase. Closing the client closes what was opened.
 */
export async function reachEngine({ home, passphraseFile }: Where): Promise<Client> {
  readHome(home)
  const running = await reachRunning(home)
  if (running) return running
  const passphrase = await readPassphrase(home, passphraseFile)
  const { openEngine } = await import('./open-engine.ts')
  return clientOf(await openEngine({ home, passphrase, listen: [] }))
}

/** A client of the engine that runs in this home, or null where none runs. */
export async function reachRunning(home: string): Promise<Client | null> {
  const running = readRunning(home)
  if (!running) return null
  const socket = new WebSocket(`ws://127.0.0.1:${running.port}/contract`, {
    headers: { authorization: `Bearer ${running.token}` },
    handshakeTimeout: CONNECT_MS,
    maxPayload: MAX_ANSWER_BYTES,
    perMessageDeflate: false,
  })
  try {
    await once(socket, 'open')
  } catch {
    // What engine.json says is left from an engine that was killed.
    return null
  }
  return connect(overSocket(socket, MAX_ANSWER_BYTES), systemClock.after)
}

/** A new one-time link to the pages of the engine that runs in this home, or null where none runs. */
export async function fetchLink(home: string): Promise<string | null> {
  const running = readRunning(home)
  if (!running) return null
  const options = { method: 'POST', headers: { authorization: `Bearer ${running.token}` } }
  const signal = AbortSignal.timeout(CONNECT_MS)
  const reply = await fetch(`http://127.0.0.1:${running.port}/link`, { ...options, signal }).catch(() => null)
  return reply?.ok ? (await reply.text()).trim() : null
}

function readRunning(home: string): Running | null {
  const { running } = filesOf(home)
  if (!existsSync(running)) return null
  try {
    return v.parse(Running, JSON.parse(readFileSync(running, 'utf8')))
  } catch {
    return null
  }
}
