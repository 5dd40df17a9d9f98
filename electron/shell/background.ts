import path from 'node:path'
import { app, type BrowserWindow, dialog, Menu, nativeImage, Notification, Tray } from 'electron'
import { hasTray, type OnClose, readOnClose, whenClosed, writeOnClose } from './closing.ts'

export interface BackgroundPorts {
  /** Where the choice is kept. */
  readonly file: string
  /** The folder of the pages, with the icon in it. */
  readonly pages: string
  /** How many studies this computer takes part in now. */
  readonly studies: () => number
  readonly show: () => void
}

/** Lets the app take part in rounds while its window is closed, if a person wants that. */
export function createBackground({ file, pages, studies, show }: BackgroundPorts) {
  const tray = hasTray(process.platform, process.env.XDG_CURRENT_DESKTOP)
  let chosen = readOnClose(file, tray)
  let quitting = false
  /** What a person answered when the window that is there now was closed. */
  let answered: OnClose | null = null
  let icon: Tray | null = null

  function choose(onClose: OnClose): void {
    chosen = onClose
    writeOnClose(file, onClose)
  }

  /** Asks before a window goes that studies need, and closes it then as was answered. */
  function watch(window: BrowserWindow): void {
    answered = null
    window.on('close', (event) => {
      if (wanted() !== 'ask') return
      event.preventDefault()
      void ask(window).then((answer) => {
        answered = answer
        if (answer && !window.isDestroyed()) window.close()
      })
    })
  }

  const wanted = () => answered ?? whenClosed(chosen, studies(), quitting)

  async function ask(window: BrowserWindow): Promise<OnClose | null> {
    const { response, checkboxChecked } = await dialog.showMessageBox(window, {
      type: 'question',
      message: 'Keep taking part in rounds?',
      detail:
        'A study needs this computer. Murmuration can go on without a window; start it again to see it. If you quit, nothing is lost: rounds go on elsewhere where enough hospitals are there, and here when you come back.',
      buttons: ['Keep taking part', 'Quit', 'Cancel'],
      defaultId: 0,
      cancelId: 2,
      checkboxLabel: 'Do not ask again',
    })
    const answer = (['background', 'quit'] as const)[response] ?? null
    if (answer && checkboxChecked) choose(answer)
    return answer
  }

  /** All windows are gone: the app goes too, or shows where it is. */
  function afterLast(): void {
    if (wanted() !== 'background') return app.quit()
    if (!tray || process.platform === 'darwin') return
    icon ??= makeIcon(pages, show)
    new Notification({
      title: 'Murmuration keeps taking part in rounds',
      body: 'Open it or quit it by its icon. Settings say what closing the window does.',
    }).show()
  }

  app.on('before-quit', () => void (quitting = true))
  return {
    watch,
    afterLast,
    /** A window is there again: the icon is not needed. */
    shown(): void {
      icon?.destroy()
      icon = null
    },
    get: () => ({ onClose: chosen, tray }),
    choose,
  }
}

function makeIcon(pages: string, show: () => void): Tray {
  const picture = nativeImage.createFromPath(path.join(pages, 'tray.png'))
  const icon = new Tray(picture)
  icon.setToolTip('Murmuration takes part in rounds')
  icon.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open Murmuration', click: show },
      { label: 'Quit', click: () => app.quit() },
    ]),
  )
  icon.on('click', show)
  return icon
}
