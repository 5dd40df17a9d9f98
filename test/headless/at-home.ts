import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { WebSocketServer } from 'ws'
import { calls } from '#contract/calls.ts'
import { type Handlers, serve } from '#contract/serve.ts'
import { MAX_MESSAGE_BYTES } from '#contract/wire.ts'
import { createHome, filesOf, writePrivate } from '#headless/home.ts'
import { makeInstitutionProgram, perform } from '#headless/institution-program.ts'
import { overSocket } from '#headless/socket.ts'
import { listenTo } from '#headless/terminal.ts'
import type { Hospital } from '../engine/hospital.ts'

/**
 * The command line at a hospital that runs in this process. `after` is done once a call has been answered, before the command
 * gets the answer: what somebody else does meanwhile.
 */
export async function atHome(hospital: Hospital, after: (call: string) => Promise<void> = async () => {}) {
  const home = path.join(mkdtempSync(path.join(tmpdir(), 'murmuration command ')), 'home')
  await createHome(home, hospital.name, 'long enough for this test', false, Date.now())
  const names = Object.keys(calls) as (keyof typeof calls)[] // safe: the keys of the very table
  const handlers = Object.fromEntries(
    names.map((name) => [
      name,
      async (input: never) => {
        const output = await hospital.call(name, input)
        await after(name)
        return output
      },
    ]),
  ) as unknown as Handlers // safe: one for each name
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  server.on('connection', (socket) => {
    serve(overSocket(socket, MAX_MESSAGE_BYTES), { handlers, on: () => () => undefined, record: () => 'ref' })
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  writePrivate(filesOf(home).running, { format: 1, pid: process.pid, port, token: 'test' })
  return {
    /** What a command says. Rejects with what goes wrong. */
    run: (...args: string[]) => listenTo(() => perform(makeInstitutionProgram(), ['--home', home, ...args])),
    close() {
      for (const socket of server.clients) socket.terminate()
      server.close()
      rmSync(path.dirname(home), { recursive: true, force: true })
    },
  }
}
