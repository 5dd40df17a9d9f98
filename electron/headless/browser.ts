import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { childEnvironment } from '#domain/child-environment.ts'

const DECIDE_MS = 3000
/** Long enough for a browser that starts slowly. The link itself is good for one use. */
const HAND_OVER_MS = 60_000

/** What is started with these arguments to open a page; null where there is no screen. */
export type Opener = readonly [command: string, args: readonly string[]] | null

/**
 * Opens a one-time link in the default browser. The link stands in a file that only this account reads: every account of
 * the machine sees the arguments of a process. False where there is no screen, no browser, or no place for the file.
 */
export async function openBrowser(
  link: string,
  opener: Opener = openerFor(process.platform, process.env),
): Promise<boolean> {
  if (!opener) return false
  try {
    const { file, remove } = handOver(link)
    const opened = await run(opener, pathToFileURL(file).href)
    if (!opened) remove()
    return opened
  } catch {
    return false
  }
}

/** Writes a page that goes on to a link. It lies in the account's folder, not hidden: a confined browser reads nothing else. */
function handOver(link: string) {
  const folder = mkdtempSync(path.join(homedir(), 'murmuration-'))
  const remove = () => {
    process.removeListener('exit', remove)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  setTimeout(remove, HAND_OVER_MS).unref()
  const file = path.join(folder, 'open.html')
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0;url=${link}">`, {
    mode: 0o600,
  })
  return { file, remove }
}

function run([command, args]: NonNullable<Opener>, page: string): Promise<boolean> {
  const child = spawn(command, [...args, page], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: childEnvironment(process.env),
  })
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

function openerFor(platform: string, env: NodeJS.ProcessEnv): Opener {
  if (platform === 'darwin') return ['open', []]
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler']]
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', []] : null
}
