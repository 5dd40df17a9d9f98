import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openBrowser } from '#headless/browser.ts'
import { servePages } from '#headless/page-server.ts'
import type { Attack } from '../attack.ts'

/** Another account of the machine, which sees the arguments of all processes and reads what is open to all. */
export const attack: Attack = {
  row: 11,
  about: 'another account of this machine looks for the one-time link while a browser is opened',
  async run({ quick }) {
    if (process.platform !== 'linux') return { got: '', failed: false, skipped: 'it reads /proc' }
    const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-attack-11-'))
    const server = await servePages(folder, 0, () => undefined)
    try {
      const times = quick ? 1 : 5
      let seen = 0
      for (let i = 0; i < times; i += 1) seen += Number(await isSeen(folder, server.makeLink()))
      return { got: `${seen} of ${times} links seen in arguments of processes`, failed: seen > 0 }
    } finally {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Whether the token of a link can be read in the arguments of any process, once the browser runs. */
async function isSeen(folder: string, link: string): Promise<boolean> {
  const started = path.join(folder, 'started')
  const browser = path.join(folder, 'browser.mjs')
  rmSync(started, { force: true })
  // A browser for a second that tells when it runs; the check on the check is a process with the token in its arguments.
  const script = `import { writeFileSync } from 'node:fs'
    writeFileSync(${JSON.stringify(started)}, '')
    setTimeout(() => {}, 1000)`
  writeFileSync(browser, script)
  const opened = openBrowser(link, [process.execPath, [browser, 'a-known-argument']])
  while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 20))
  const token = new URL(link).searchParams.get('token') ?? ''
  const all = argumentsOfAll()
  await opened
  if (!all.some((one) => one.includes('a-known-argument')))
    throw new Error('The arguments cannot be read here')
  return all.some((one) => one.includes(token))
}

function argumentsOfAll(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : []
    } catch {
      return [] // it has ended
    }
  })
}
