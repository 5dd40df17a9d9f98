/** The process that reads one file, under Node: it speaks through the channel of whoever started it, whose end is its own. */
import { limitMemory } from './memory.ts'
import type { Request } from './messages.ts'
import { createReading } from './reading.ts'

limitMemory()
// What cannot be sent any more is followed by this process's end.
const hear = createReading((reply) => void process.send?.(reply, undefined, undefined, () => undefined))
// The cast: whoever started this process is this product.
process.on('message', (message) => hear(message as Request))
process.on('disconnect', () => process.exit(0))
