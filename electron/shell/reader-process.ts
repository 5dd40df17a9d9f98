/** The reader of a file as a process of Electron: it speaks through the port that comes with the first message. */
import { limitMemory } from '#import/memory.ts'
import type { Request } from '#import/messages.ts'
import { createReading } from '#import/reading.ts'
import { servePort } from './utility-port.ts'

const isUtility = servePort((post) => {
  limitMemory()
  const hear = createReading(post)
  return (message) => hear(message as Request) // whoever started this process is this product
})
if (!isUtility) await import('#import/process.ts')
