/** The trainer as a process of Electron: it speaks through the port that comes with the first message. */
import { createServing } from '#trainer/serving.ts'
import { servePort } from './utility-port.ts'

if (!servePort((post) => createServing(post))) await import('#trainer/process.ts')
