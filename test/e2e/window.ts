import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, type Browser, type Page } from 'playwright'
import { copyModules } from '#build/modules.mjs'
import { root } from '#build/place.mjs'
import { runQuietly } from '#build/run.mjs'
import { buildShell } from '#build/shell.mjs'
import { findRuntime, isOpenToAll } from './electron-runtime.ts'
import { installLibraries, makeAccount, openScreen, removeAccount, type Account } from './screen.ts'

const START_MS = 60_000
const CONNECT_MS = 20_000
const END_MS = 40_000
const PACK_MS = 10 * 60_000

/** An app in a window, driven from outside as a person would. */
export interface Window {
  readonly page: Page
  readonly pid: number
  /** Milliseconds from its start until its first screen could be used. */
  readonly usableMs: number
  /** What the app and its processes wrote to their standard error. */
  readonly said: () => string
  /** Closes the window as a person does, and returns the app's exit code. */
  close(): Promise<number | null>
  kill(): Promise<void>
}

/** A place to run the app in, with a copy of it that the test's account can read. */
export interface Stage {
  readonly folder: string
  readonly home: string
  /** The screen that it is shown on, as X names it. */
  readonly display: string
  open(): Promise<Window>
  close(): Promise<void>
}

interface Ground {
  readonly dist: string
  readonly account: Account
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  close(): Promise<void>
}

/** A runtime, a screen, an account and a folder of its own; or why a window cannot be shown here. */
async function prepareGround(): Promise<Ground | { readonly missing: string }> {
  const runtime = await findRuntime()
  if ('missing' in runtime) return runtime
  await installLibraries()
  const account = await makeAccount()
  if (!account) return { missing: 'No account could be made that Electron runs under with its sandbox on.' }
  const screen = await openScreen(account)
  if (!screen) return { missing: 'There is no Xvfb to show a window on.' }
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-window-'))
  const own = path.join(folder, 'account')
  mkdirSync(own)
  for (const place of [folder, own]) giveTo(account, place)
  const env = { PATH: process.env.PATH ?? '', DISPLAY: screen.display, HOME: own }
  const close = async () => {
    await screen.close()
    rmSync(folder, { recursive: true, force: true })
    await removeAccount()
  }
  return { dist: runtime.dist, account, folder, env, close }
}

/** The app's programs, with an Electron that the test's account can run. */
export async function prepareApp() {
  const built = await buildShell(process.execPath)
  const ground = await prepareGround()
  if ('missing' in ground) return ground
  const app = path.join(ground.folder, 'app')
  cpSync(built, app, { recursive: true })
  copyModules(app, process)
  const program = path.join(reachable(ground.dist, 'electron', ground.folder, 'runtime'), 'electron')
  return { ...ground, app, program }
}

/** Builds the app and everything it takes to show it from its sources. */
export async function prepareStage(
  more: NodeJS.ProcessEnv = {},
): Promise<Stage | { readonly missing: string }> {
  const prepared = await prepareApp()
  if ('missing' in prepared) return prepared
  const { account, folder, app, program, close, ...ground } = prepared
  const home = path.join(folder, 'home')
  const node = reachable(path.dirname(process.execPath), path.basename(process.execPath), folder, 'node')
  const env = {
    ...ground.env,
    ...more,
    MURMURATION_HOME: home,
    MURMURATION_LISTEN: '/ip4/127.0.0.1/tcp/0',
    MURMURATION_NODE: path.join(node, path.basename(process.execPath)),
  }
  const open = () => openWindow(program, [app], { account, env, cwd: folder })
  return { folder, home, display: ground.env.DISPLAY ?? '', open, close }
}

/** A stage with the packed app in a folder. */
export type Packed = Stage & { readonly app: string }

/** Packs the app as for a user, and moves it to a place of its own. */
export async function packStage(): Promise<Packed | { readonly missing: string }> {
  const runtime = await findRuntime()
  if ('missing' in runtime) return runtime
  const packed = await pack(runtime.dist)
  const ground = await prepareGround()
  if ('missing' in ground) return ground
  const { account, folder, close } = ground
  const app = path.join(folder, 'app')
  cpSync(packed, app, { recursive: true })
  const home = path.join(ground.env.HOME ?? '', '.local', 'share', 'murmuration')
  const misleading = { MURMURATION_HOME: path.join(folder, 'elsewhere'), MURMURATION_NODE: '/bin/false' }
  const env = { ...ground.env, ...misleading, NODE_OPTIONS: '--require=/none' }
  const open = () => openWindow(path.join(app, 'murmuration'), [], { account, env, cwd: folder })
  return { folder, home, app, display: ground.env.DISPLAY ?? '', open, close }
}

async function pack(dist: string): Promise<string> {
  const options = { env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: dist }, cwd: root, limitMs: PACK_MS }
  const script = path.join(root, 'build', 'package.mjs')
  const { code, output } = await runQuietly(process.execPath, [script, '--dir'], options)
  if (code !== 0) throw new Error(`The app could not be packed:\n${output.slice(-3000)}`)
  return path.join(root, 'build', 'out', 'packages', 'linux-unpacked')
}

function giveTo({ uid, gid }: Account, place: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(place, uid, gid)
}

/** A folder that the account can read: itself, or a copy of it. */
function reachable(from: string, program: string, folder: string, name: string): string {
  if (isOpenToAll(path.join(from, program))) return from
  const copy = path.join(folder, name)
  if (program === 'electron') cpSync(from, copy, { recursive: true })
  else {
    mkdirSync(copy)
    copyFileSync(path.join(from, program), path.join(copy, program))
  }
  return copy
}

interface Running {
  readonly account: Account
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

/** Starts a program of Electron and waits for its first page. */
export async function openWindow(
  program: string,
  args: readonly string[],
  running: Running,
): Promise<Window> {
  const { account, env, cwd } = running
  const started = performance.now()
  const flags = ['--remote-debugging-port=0', '--disable-gpu', '--disable-dev-shm-usage']
  const child = spawn(program, [...flags, ...args], {
    ...account,
    env,
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const limit = (ms: number) => new Promise<null>((resolve) => setTimeout(resolve, ms, null).unref())
  try {
    const browser = await connect(await addressOf(child, () => said))
    const page = await firstPage(browser)
    await page.locator('h1').first().waitFor({ timeout: START_MS })
    const usableMs = performance.now() - started
    return {
      page,
      usableMs,
      pid: child.pid ?? 0,
      said: () => said,
      async close() {
        await page.close().catch(() => undefined)
        const code = await Promise.race([gone, limit(END_MS)])
        await Promise.race([browser.close(), limit(2000)])
        if (code === null) child.kill('SIGKILL')
        return code
      },
      async kill() {
        child.kill('SIGKILL')
        await gone
        await Promise.race([browser.close(), limit(2000)])
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`The window did not open:\n${said.slice(-4000)}`, { cause: error })
  }
}

/** On a busy machine an older Electron may leave the first conversation unanswered. */
async function connect(address: string, tries = 3): Promise<Browser> {
  try {
    return await chromium.connectOverCDP(address, { timeout: CONNECT_MS, noDefaults: true })
  } catch (error) {
    if (tries <= 1) throw error
    return connect(address, tries - 1)
  }
}

async function addressOf(child: ChildProcess, said: () => string): Promise<string> {
  const signal = AbortSignal.timeout(START_MS)
  for (;;) {
    const found = /DevTools listening on (ws:\S+)/.exec(said())
    if (found?.[1]) return found[1]
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}`)
    if (child.stderr) await once(child.stderr, 'data', { signal })
  }
}

async function firstPage(browser: Browser): Promise<Page> {
  const context = browser.contexts()[0]
  if (!context) throw new Error('There is no browser context')
  const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: START_MS }))
  await page.waitForLoadState('load', { timeout: START_MS })
  return page
}
