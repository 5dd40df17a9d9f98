/** A program for Electron's own process: it starts the trainer as the app does, lets it work, and prints what it answered. */
import { app, type MessagePortMain } from 'electron'
import { type Child, utilityChildren } from '#shell/children.ts'
import { createEngineChildren } from '#shell/engine-children.ts'
import { plain, table, task } from './utility-job.ts'

const jobs = [
  { job: 'describe', input: null },
  { job: 'load', input: { key: 'k', task, table } },
  { job: 'statistics', input: { key: 'k' } },
]
const answers: unknown[] = []
const beside = createEngineChildren(utilityChildren(process.argv.at(-1) ?? ''))

/** Stands where the engine's process does: it is given the port that leads to the trainer. */
const engine: Child = {
  send: (message, ports) => {
    const [port] = ports ?? []
    if (port) return talk(port)
    if ('do' in (message as object)) process.stdout.write(`SAID ${JSON.stringify(message)}\n`)
    setTimeout(() => app.quit(), 500)
  },
  onMessage: () => undefined,
  onExit: () => undefined,
  kill: () => undefined,
}

function talk(port: MessagePortMain): void {
  port.on('message', ({ data }) => {
    if ('progress' in (data as object)) return
    answers.push(data)
    if (answers.length < jobs.length) return ask(port)
    process.stdout.write(`ANSWERS ${JSON.stringify(answers, plain)}\n`)
    beside.kill(1)
  })
  port.start()
  ask(port)
}

function ask(port: MessagePortMain): void {
  port.postMessage({ do: 'job', id: answers.length + 1, ...jobs[answers.length] })
}

void app.whenReady().then(() => beside.start(engine, 1, 'trainer'))
