import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startHost } from '#headless/host.ts'
import { readPassphrase } from '#headless/passphrase.ts'
import '../with-starter.ts'

// The institution of a home with its pages, as `run` starts it, that also says how long its event loop was ever kept.
const [home = '', passphraseFile] = process.argv.slice(2)
const passphrase = await readPassphrase(home, passphraseFile)
const host = await startHost({ home, passphrase, listen: ['/ip4/127.0.0.1/tcp/0'], uiPort: 0 })
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
process.on('message', (asked) => {
  if (asked === 'close') void host.close().then(() => process.exit())
  else {
    process.send?.({ stallMs: delay.max / 1e6, memoryMb: process.memoryUsage.rss() / 2 ** 20 })
    delay.reset()
  }
})
process.send?.({ link: host.makeLink() })
