import { realClock } from '#kit/real-clock.ts'
import { createHospital } from './hospitals.ts'

/**
 * A hospital in a process whose every clock is off: `node far-clock-process.ts MILLISECONDS ID ADDRESS`. It knows the one of this
 * id at this address, prints what that one needs to know it, and runs until its input ends.
 */
const [off = '0', id = '', address = ''] = process.argv.slice(2)
const RealDate = Date
const shift = Number(off)
/** Whoever asks for the time in this process, libraries too, gets it wrong. */
class FarDate extends RealDate {
  constructor(...parts: [] | [number]) {
    super(parts[0] ?? RealDate.now() + shift)
  }
  static override now() {
    return RealDate.now() + shift
  }
}
globalThis.Date = FarDate as DateConstructor

const far = createHospital(70, { clock: { ...realClock, now: () => Date.now() } })
far.known.set(id, { id, name: 'Near', addresses: [address], confirmedAt: 1 })
await far.start()
process.stdout.write(`${JSON.stringify(far.peer())}\n`)
process.stdin.on('end', () => void far.stop().then(() => process.exit(0)))
process.stdin.resume()
