/** A stranger in a process of its own: holds so many sockets to a port that say nothing, and opens each again when it is closed. Arguments: port, count. */
import { connect } from 'node:net'

const [port = 0, count = 0] = process.argv.slice(2).map(Number)
let opened = 0

function hold(): void {
  opened += 1
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined).on('close', () => setTimeout(hold, 20))
}

for (let i = 0; i < count; i++) hold()
process.on('disconnect', () => process.exit(0))
setInterval(() => process.send?.({ opened }), 500)
