import { enter } from './entry.mjs'
import { main } from './place.mjs'

await main(() => enter('demo', 'electron/headless/demo.ts'))
