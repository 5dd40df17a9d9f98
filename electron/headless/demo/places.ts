import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isAlive } from '../starter-watch.ts'

const PREFIX = 'murmuration-demo-'
const OWNED = /^murmuration-demo-(\d+)-/

/** The folder of a demo: where somebody wants to keep it, or one that goes with the demo. */
export function placeFor(keep: string | true | undefined): string {
  if (typeof keep === 'string') {
    const folder = path.resolve(keep)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }
  const temporary = tmpdir()
  if (keep) return mkdtempSync(path.join(temporary, `${PREFIX}kept-`))
  sweep(temporary)
  return mkdtempSync(path.join(temporary, `${PREFIX}${process.pid}-`))
}

/** Takes away what demos have left that were killed and could not. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = OWNED.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    try {
      rmSync(path.join(folder, name), { recursive: true, force: true })
    } catch {
      // It is another account's.
    }
  }
}
