import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'

const MAX_FILE_BYTES = 4096

/** What a person wants to happen when the window is closed while studies need this computer. */
export const OnClose = v.picklist(['ask', 'background', 'quit'])
export type OnClose = v.InferOutput<typeof OnClose>
const ClosingFile = v.strictObject({ format: v.literal(1), onClose: OnClose })

/** What was chosen; where nothing was, it depends on whether the app can show that it goes on. */
export function readOnClose(file: string, hasTray: boolean): OnClose {
  const usual = hasTray ? 'background' : 'ask'
  try {
    if (!existsSync(file) || statSync(file).size > MAX_FILE_BYTES) return usual
    return v.parse(ClosingFile, JSON.parse(readFileSync(file, 'utf8'))).onClose
  } catch {
    return usual
  }
}

/** Keeps the choice. What cannot be written is asked again next time. */
export function writeOnClose(file: string, onClose: OnClose): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify({ format: 1, onClose }), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch {
    // It holds until the app is quit.
  }
}

/** What closing the window does: nothing is asked, and nothing stays, where no study needs this computer. */
export function whenClosed(chosen: OnClose, studies: number, quitting: boolean): OnClose {
  return quitting || studies === 0 ? 'quit' : chosen
}

/** Desktops of Linux that show icons of programs in a tray; others hide them without a word. */
const WITH_TRAY = /KDE|XFCE|LXQt|LXDE|MATE|Cinnamon|Unity|Budgie|Deepin|Pantheon|ubuntu/i

/** Whether this computer can show that the app goes on without a window. */
export function hasTray(platform: string, desktop: string | undefined): boolean {
  return platform === 'win32' || platform === 'darwin' || WITH_TRAY.test(desktop ?? '')
}
