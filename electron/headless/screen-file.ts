import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { GateState } from '#contract/gate.ts'
import { writePrivate } from './home.ts'

const ScreenFile = v.strictObject({
  format: v.literal(1),
  lockAfterMinutes: GateState.entries.lockAfterMinutes,
})
type ScreenFile = v.InferOutput<typeof ScreenFile>

/** How the screens of a home lock by themselves: after 15 minutes where a person keeps the passphrase, else never. */
export function readScreen(home: string, unlockBy: 'passphrase' | 'keychain'): ScreenFile {
  const file = path.join(home, 'screen.json')
  const usual: ScreenFile = { format: 1, lockAfterMinutes: unlockBy === 'passphrase' ? 15 : null }
  if (!existsSync(file)) return usual
  try {
    return v.parse(ScreenFile, JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return usual
  }
}

export function writeScreen(home: string, screen: ScreenFile): void {
  writePrivate(path.join(home, 'screen.json'), screen)
}
