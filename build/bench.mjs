import { enter } from './entry.mjs'
import { main } from './place.mjs'

await main(() => enter('bench', 'test/bench/main.ts'))
