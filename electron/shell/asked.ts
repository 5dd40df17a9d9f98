import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import { app, BrowserWindow, dialog, ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { OnClose } from './closing.ts'
import { isOurMainFrame } from './origin.ts'

const Name = v.pipe(v.string(), v.maxLength(120))
const Waiting = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9999))

export interface AskedPorts {
  readonly restartEngine: () => void
  /** What closing the window does. */
  readonly closing: { readonly get: () => unknown; readonly choose: (onClose: OnClose) => void }
  readonly refused: (what: string) => void
}

/** Answers what a page may ask of this app. Anyone but the main frame of our own page, and any odd input, gets an error. */
export function answerPages({ restartEngine, closing, refused }: AskedPorts): void {
  function answer(channel: string, act: (contents: WebContents, input: unknown) => unknown): void {
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, input: unknown) => {
      if (isOurMainFrame(event.senderFrame)) return act(event.sender, input)
      refused(`message ${channel}`)
      throw new Error('Not answered')
    })
  }
  answer('engine-restart', () => restartEngine())
  answer('save-pdf', (contents, name) => savePdf(contents, v.parse(Name, name)))
  answer('closing', () => closing.get())
  answer('close-by', (_contents, onClose) => closing.choose(v.parse(OnClose, onClose)))
  answer('waiting', (_contents, count) => void app.setBadgeCount(v.parse(Waiting, count)))
}

async function savePdf(contents: WebContents, name: string): Promise<boolean> {
  const window = BrowserWindow.fromWebContents(contents)
  if (!window) return false
  const defaultPath = path.join(app.getPath('documents'), `${name.replaceAll(/[^\p{L}\p{N} .-]/gu, '_')}.pdf`)
  const filters = [{ name: 'PDF', extensions: ['pdf'] }]
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath, filters })
  if (canceled || !filePath) return false
  await writeFile(filePath, await contents.printToPDF({ pageSize: 'A4', printBackground: true }))
  return true
}
