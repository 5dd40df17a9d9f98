/** The trainer as a process of Node: it speaks through the channel of whoever started it, whose end is its own. */
import { createServing } from './serving.ts'

process.on(
  'message',
  createServing((reply) => void process.send?.(reply)),
)
process.on('disconnect', () => process.exit(0))
