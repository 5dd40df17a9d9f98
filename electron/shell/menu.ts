import { type App, Menu, type MenuItemConstructorOptions } from 'electron'

/** The menu: editing, size and windows as the system has them, and nothing that opens a page elsewhere. */
export function setMenu(app: App, platform: string, devTools: boolean): void {
  const mac: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : []
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(devTools ? [{ role: 'toggleDevTools' } as const] : []),
  ]
  const file: MenuItemConstructorOptions[] = [{ role: platform === 'darwin' ? 'close' : 'quit' }]
  const template: MenuItemConstructorOptions[] = [
    ...mac,
    { label: 'File', submenu: file },
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ label: `${app.name} ${app.getVersion()}`, role: 'about' }] },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
