import type { Bench } from '../bench.ts'
import { CHUNK, headerLine, importOnce, lines } from '../import/measure.ts'
import { numbersOf } from '../../import/fuzz.ts'

/** Five gigabytes that are made as they are read: memory must not grow with them. Takes half an hour. */
export const bench: Bench = {
  about: 'importing five gigabytes that are made as they are read: seconds, peak memory, event loop',
  async run({ quick }) {
    const bytes = quick ? 5e6 : 5e9
    const header = Buffer.from(headerLine())
    const block = Buffer.from(lines(8000, numbersOf(2)))
    const times = Math.ceil(bytes / block.length)
    async function* chunks() {
      yield new Uint8Array(header)
      for (let time = 0; time < times; time += 1)
        for (let at = 0; at < block.length; at += CHUNK) yield new Uint8Array(block.subarray(at, at + CHUNK))
    }
    const { seconds, peakMb, readerMb, stallMs } = await importOnce(
      chunks,
      header.length + times * block.length,
    )
    const memory = { 'peak memory with the reader, MB': peakMb, 'of it the reader at most, MB': readerMb }
    return { bytes, seconds, ...memory, 'longest stall of the event loop, ms': stallMs }
  },
}
