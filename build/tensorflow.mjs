import { main, Plain } from './place.mjs'

await main(() =>
  Promise.reject(
    new Plain('"tensorflow" is not built yet. Training runs without it, on the "wasm" and "cpu" backends.'),
  ),
)
