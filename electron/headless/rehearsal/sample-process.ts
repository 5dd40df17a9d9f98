/** A sample hospital: an institution like any other in a process of its own, led by whoever started the rehearsal. */
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { serve } from '#contract/serve.ts'
import type { Duplex } from '#contract/wire.ts'
import { AppError } from '#domain/errors.ts'
import type { Engine } from '#engine/engine.ts'
import { openLog } from '#engine/log-file.ts'
import { readInside } from '#import/inside.ts'
import { trainInside } from '#trainer/inside.ts'
import { systemClock } from '../clock.ts'
import { createHome, filesOf, homeExists } from '../home.ts'
import { openEngine } from '../open-engine.ts'
import { createLiar } from './liar.ts'
import { type FromSample, ToSample } from './sample-messages.ts'
import { findStarter } from './starter.ts'

type Open = Extract<ToSample, { do: 'open' }>

const starter = await findStarter()
const liar = createLiar()
const say = (message: FromSample) => starter.send(message)
let engine: Engine | null = null
let ask = (_message: unknown) => {}

starter.listen((message) => {
  const parsed = v.safeParse(ToSample, message)
  if (!parsed.success) ask(message)
  else if (parsed.output.do === 'close') void close()
  else if (parsed.output.do === 'lie') liar.lie(parsed.output.lying)
  else void open(parsed.output)
})
starter.onGone(() => void close())

async function open({ home, name, passphrase, listen, build }: Open): Promise<void> {
  try {
    if (!homeExists(home)) await createHome(home, name, passphrase, true, systemClock.now())
    const startTrainer = () => liar.wrap(trainInside())
    engine = await openEngine({ home, passphrase, listen, build, startTrainer, startReader: readInside })
    serveStarter(engine, home)
    say({ say: 'open' })
  } catch (error) {
    say({ say: 'failed', code: error instanceof AppError ? error.code : 'internal' })
  }
}

function serveStarter({ handlers, on }: Engine, home: string): void {
  const log = openLog(filesOf(home).log, systemClock.now)
  const record = (call: string, error: unknown) => {
    const ref = randomUUID().slice(0, 8)
    log('error', 'call-failed', { call, ref, error })
    return ref
  }
  const duplex: Duplex = {
    send: (message) => starter.send(message as object), // safe: every message of the contract is one
    onMessage: (listen) => void (ask = listen),
    onClose: () => undefined,
    close: () => undefined,
  }
  serve(duplex, { handlers, on, record })
}

/** Ends with the database closed. */
async function close(): Promise<never> {
  try {
    await engine?.close()
  } finally {
    process.exit(0)
  }
}
