import { spawn } from 'node:child_process'

const DECIDE_MS = 3000

/** Opens a link in the default browser. False where there is no screen or no browser. */
export function openBrowser(link: string, env = process.env): Promise<boolean> {
  const opener = openerFor(process.platform, env)
  if (!opener) return Promise.resolve(false)
  const [command, args] = opener
  const child = spawn(command, [...args, link], { detached: true, stdio: 'ignore', windowsHide: true })
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), DECIDE_MS)
    const settle = (opened: boolean) => {
      clearTimeout(timer)
      child.unref()
      resolve(opened)
    }
    child.once('error', () => settle(false))
    child.once('exit', (code) => settle(code === 0))
  })
}

function openerFor(platform: string, env: NodeJS.ProcessEnv): [string, string[]] | null {
  if (platform === 'darwin') return ['open', []]
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler']]
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', []] : null
}
