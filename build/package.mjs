import { main, Plain } from './place.mjs'

await main(() => Promise.reject(new Plain('"package" is not built yet: the app has no window to pack.')))
