import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'

const MAX_FILE_BYTES = 4096
const Length = (min: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(100_000))
const Bounds = v.strictObject({
  x: Length(-100_000),
  y: Length(-100_000),
  width: Length(640),
  height: Length(480),
})
type Bounds = v.InferOutput<typeof Bounds>

const WindowState = v.strictObject({ ...Bounds.entries, maximized: v.boolean() })
export type WindowState = v.InferOutput<typeof WindowState>

/** Where the window was; null when that is unknown or on a screen that is gone. */
export function readWindowState(file: string, screens: readonly Bounds[]): WindowState | null {
  const state = read(file)
  return state && screens.some((screen) => overlaps(screen, state)) ? state : null
}

/** Remembers where the window is. What cannot be written is not worth an error. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch {
    // The window opens in the middle next time.
  }
}

function read(file: string): WindowState | null {
  try {
    if (!existsSync(file) || statSync(file).size > MAX_FILE_BYTES) return null
    return v.parse(WindowState, JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** Enough of the window is on the screen to be seen and dragged. */
function overlaps(screen: Bounds, { x, y, width, height }: WindowState): boolean {
  const wide = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x)
  const high = Math.min(y + height, screen.y + screen.height) - Math.max(y, screen.y)
  return wide >= 100 && high >= 50
}
