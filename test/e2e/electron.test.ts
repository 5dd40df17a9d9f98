import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openLure } from './lure.ts'
import { processesUnder } from './processes.ts'
import { ask, listenAlong } from './talk.ts'
import { prepareStage, type Stage, type Window } from './window.ts'

const PASSPHRASE = 'quiet birds at dusk'
const START = 'app://murmuration/'
let stage: Stage | null = null
let window: Window
let lure: Awaited<ReturnType<typeof openLure>>
let missing = ''

beforeAll(async () => {
  const prepared = await prepareStage()
  if ('missing' in prepared) {
    missing = prepared.missing
    console.warn(`SKIPPED: the app's window was not tested. ${missing}`)
    return
  }
  stage = prepared
  lure = await openLure()
  window = await stage.open()
  await listenAlong(window.page)
}, 900_000)

beforeEach(({ skip }) => skip(missing !== '', missing))

afterAll(async () => {
  await window?.kill()
  await lure?.close()
  await stage?.close()
}, 60_000)

const page = () => window.page
/** What the gate says; null while a new engine has not answered yet. */
const state = () =>
  Promise.race([
    ask(page(), 'gate.state', null),
    new Promise((resolve) => setTimeout(resolve, 1000, null)),
  ]).catch(() => null)
const engines = () => processesUnder(window.pid).filter(({ command }) => command.includes('engine.mjs'))
const visible = (text: string | RegExp) => page().getByText(text).first().waitFor({ timeout: 20_000 })

test('the window shows our page, in a sandbox that the kernel holds', async () => {
  expect(page().url()).toMatch(START)
  await visible('Murmuration')
  const all = processesUnder(window.pid)
  expect(all.map(({ command }) => command).join('\n')).not.toContain('--no-sandbox')
  const renderers = all.filter(({ command }) => command.includes('--type=renderer'))
  expect(renderers.length).toBeGreaterThan(0)
  for (const { status } of renderers) {
    expect(status).toMatch(/^Seccomp:\s+2$/m)
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
    expect(status).toMatch(/^CapEff:\s+0+$/m)
  }
})

test('the page has no Node, no Electron, and of us only functions with names', async () => {
  const seen = await page().evaluate(() => {
    const given = (globalThis as unknown as { murmuration: Record<string, unknown> }).murmuration
    return {
      node: ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter(
        (name) => name in globalThis,
      ),
      names: Object.keys(given).toSorted(),
      changed: Reflect.set(given, 'savePdf', 1) || Reflect.defineProperty(given, 'more', { value: 1 }),
    }
  })
  expect(seen.node).toEqual([])
  expect(seen.names).toEqual(['onEngine', 'platform', 'restartEngine', 'savePdf', 'setWaiting'])
  expect(seen.changed).toBe(false)
})

test('an institution is made in the window, its words asked back, and its home belongs to one account', async () => {
  expect(await ask(page(), 'gate.state', null)).toMatchObject({
    output: { stage: 'fresh', keychain: 'weak' },
  })
  expect(await ask(page(), 'studies.list', null)).toMatchObject({ error: { code: 'locked' } })
  const keychain = { name: 'Northfield Hospital', key: { by: 'keychain' } }
  expect(await ask(page(), 'gate.create', keychain)).toMatchObject({ error: { code: 'not-available' } })
  const byPassphrase = { name: 'Northfield Hospital', key: { by: 'passphrase', passphrase: PASSPHRASE } }
  const { output } = await ask(page(), 'gate.create', byPassphrase)
  const made = output as { recoveryWords: string[]; ask: number[] } // as the contract says
  expect(existsSync(path.join(stage?.home ?? '', 'keys.json'))).toBe(false)
  const words = made.ask.map((at) => made.recoveryWords[at - 1])
  expect(await ask(page(), 'gate.confirm', { words })).toMatchObject({ output: { stage: 'open' } })
  expect(await ask(page(), 'institution.get', null)).toMatchObject({
    output: { name: 'Northfield Hospital' },
  })
  expect(statSync(stage?.home ?? '').mode & 0o777).toBe(0o700)
})

test('the screens show what the engine behind them says', async () => {
  await page().reload()
  await visible('Northfield Hospital')
})

test('a lock refuses every question of a screen until the passphrase is given', async () => {
  await ask(page(), 'gate.lock', null)
  expect(await ask(page(), 'institution.get', null)).toMatchObject({ error: { code: 'locked' } })
  expect(await ask(page(), 'gate.unlock', { passphrase: 'not the right one' })).toMatchObject({
    error: { code: 'wrong-passphrase' },
  })
  expect(await ask(page(), 'gate.unlock', { passphrase: PASSPHRASE })).toMatchObject({
    output: { stage: 'open' },
  })
})

test('messages that are too large, unknown or malformed are refused, and the engine goes on', async () => {
  const huge = await page().evaluate(() => {
    const { talking } = window as unknown as {
      talking: { ask(call: string, input: unknown): Promise<unknown> }
    }
    return talking.ask('imports.chunk', { id: 'x', bytes: new Uint8Array(3 * 1024 * 1024) })
  })
  expect(huge).toMatchObject({ error: { code: 'too-large' } })
  const chunk = await page().evaluate(() => {
    const { talking } = window as unknown as {
      talking: { ask(call: string, input: unknown): Promise<unknown> }
    }
    return talking.ask('imports.chunk', { id: 'x', bytes: new Uint8Array(1024 * 1024 + 1) })
  })
  expect(chunk).toMatchObject({ error: { code: 'bad-request' } })
  for (const call of ['nothing', '__proto__', 'constructor', 'gate.nothing', 'toString']) {
    expect(await ask(page(), call, null), call).toMatchObject({ error: { code: 'bad-request' } })
  }
  expect(await ask(page(), 'studies.list', { extra: true })).toMatchObject({ error: { code: 'bad-request' } })
  expect(await ask(page(), 'studies.list', null)).toEqual(expect.objectContaining({ output: [] }))
})

/** Each adds something to the page as an injected text could; then a person clicks on it. Each would show itself if it worked. */
const clicks: Record<string, string> = {
  'an inline handler':
    'const b = document.createElement("button"); b.addEventListener("click", () => { const i = document.createElement("img"); i.setAttribute("onerror", "window.got = 1"); i.src = "app://murmuration/none.png"; document.body.append(i) }); return b',
  'a javascript: link':
    'const a = document.createElement("a"); a.setAttribute("href", "javascript:window.got=1"); return a',
  'a link elsewhere': 'const a = document.createElement("a"); a.href = "http://LURE/link"; return a',
  'a link to a new window':
    'const a = document.createElement("a"); a.href = "http://LURE/new"; a.target = "_blank"; return a',
  'a link to a file': 'const a = document.createElement("a"); a.href = "file:///etc/passwd"; return a',
  'a link to another host of ours':
    'const a = document.createElement("a"); a.href = "app://other/"; return a',
  'a download from elsewhere':
    'const a = document.createElement("a"); a.href = "http://LURE/file"; a.download = "x"; return a',
  'a form':
    'const f = document.createElement("form"); f.action = "http://LURE/form"; f.append(document.createElement("button")); return f',
  'a form inside':
    'const f = document.createElement("form"); f.action = "app://murmuration/x"; f.append(document.createElement("button")); return f',
  'a window by script':
    'const b = document.createElement("button"); b.addEventListener("click", () => { if (window.open("http://LURE/open")) window.got = 1 }); return b',
  'a way by script':
    'const b = document.createElement("button"); b.addEventListener("click", () => { location.href = "http://LURE/way" }); return b',
  'a script as text':
    'const b = document.createElement("button"); b.addEventListener("click", () => { const s = document.createElement("script"); s.text = "window.got = 1"; document.body.append(s) }); return b',
  'a script from elsewhere':
    'const b = document.createElement("button"); b.addEventListener("click", () => { const s = document.createElement("script"); s.src = "http://LURE/s.js"; document.body.append(s) }); return b',
  'text as markup':
    'const b = document.createElement("button"); b.addEventListener("click", () => { document.body.innerHTML = "<img src=x onerror=window.got=1>" }); return b',
  'text as code':
    'const b = document.createElement("button"); b.addEventListener("click", () => { setTimeout("window.got = 1", 0) }); return b',
  'a worker from a blob':
    'const b = document.createElement("button"); b.addEventListener("click", () => { new Worker(URL.createObjectURL(new Blob(["postMessage(1)"]))).onmessage = () => { window.got = 1 } }); return b',
  'a frame':
    'const b = document.createElement("button"); b.addEventListener("click", () => { const f = document.createElement("iframe"); f.src = "app://murmuration/"; f.onload = () => { try { if (f.contentDocument.querySelector("#app")) window.got = 1 } catch {} }; document.body.append(f) }); return b',
  'a webview':
    'const b = document.createElement("button"); b.addEventListener("click", () => { const w = document.createElement("webview"); w.setAttribute("src", "http://LURE/webview"); document.body.append(w); if ("getWebContentsId" in w) window.got = 1 }); return b',
  'a question to a server':
    'const b = document.createElement("button"); b.addEventListener("click", () => { fetch("http://LURE/fetch").then(() => { window.got = 1 }, () => {}) }); return b',
  'a socket':
    'const b = document.createElement("button"); b.addEventListener("click", () => { try { new WebSocket("ws://LURE/socket").onopen = () => { window.got = 1 } } catch {} }); return b',
  'a beacon':
    'const b = document.createElement("button"); b.addEventListener("click", () => { navigator.sendBeacon("http://LURE/beacon", "x") }); return b',
  'a picture':
    'const b = document.createElement("button"); b.addEventListener("click", () => { const i = new Image(); i.onload = () => { window.got = 1 }; i.src = "http://LURE/i.png"; document.body.append(i) }); return b',
  'a style':
    'const b = document.createElement("button"); b.addEventListener("click", () => { const s = document.createElement("style"); s.textContent = "body { --got: 1 }"; document.head.append(s); if (getComputedStyle(document.body).getPropertyValue("--got")) window.got = 1 }); return b',
  'a prefetch':
    'const b = document.createElement("button"); b.addEventListener("click", () => { const l = document.createElement("link"); l.rel = "prefetch"; l.href = "http://LURE/prefetch"; document.head.append(l) }); return b',
}

test.each(Object.entries(clicks))('a click on %s leads nowhere', async (_name, source) => {
  await page().goto(START)
  const before = page().url()
  await page().evaluate(
    (body) => {
      // Playwright's own evaluation stands outside the page's policy: only what is clicked afterwards is judged by it.
      const make = new Function(body) as () => HTMLElement
      const element = make()
      element.id = 'bait'
      const [target = element] = element.children.length > 0 ? element.children : [element]
      target.append('bait')
      target.setAttribute('data-bait', '')
      Object.assign(globalThis, { got: undefined })
      document.body.prepend(element)
    },
    source.replaceAll('LURE', lure.host),
  )
  const seen = lure.visits.length
  await page().locator('[data-bait]').click({ timeout: 5000, noWaitAfter: true, force: true })
  await new Promise((resolve) => setTimeout(resolve, 250))
  expect(page().url()).toBe(before)
  expect(page().context().pages()).toHaveLength(1)
  expect(lure.visits.slice(seen)).toEqual([])
  expect(await page().evaluate(() => (globalThis as unknown as { got?: number }).got)).toBeUndefined()
  await page().evaluate(() =>
    document.querySelectorAll('#bait, iframe, webview').forEach((one) => one.remove()),
  )
})

test('no permission is given, asked for or not', async () => {
  const answers = await page().evaluate(async () => {
    const outcome = (promise: Promise<unknown>) =>
      promise.then(
        () => 'given',
        (error: unknown) => String((error as Error).name),
      )
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'clipboard-read',
      'persistent-storage',
    ]
    const states = await Promise.all(
      names.map(async (name) => {
        const query = navigator.permissions.query({ name: name as PermissionName })
        return query.then(
          ({ state }) => `${name} ${state}`,
          () => `${name} unknown`,
        )
      }),
    )
    return {
      states: states.filter((one) => one.endsWith('granted')),
      notification: await Notification.requestPermission(),
      camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
      screen: await outcome(navigator.mediaDevices.getDisplayMedia()),
      place: await outcome(
        new Promise((resolve, reject) =>
          navigator.geolocation.getCurrentPosition(resolve, (e) => reject(new Error(e.message))),
        ),
      ),
      clipboard: await outcome(navigator.clipboard.readText()),
    }
  })
  expect(answers.states).toEqual([])
  expect(answers.notification).toBe('denied')
  for (const outcome of [answers.camera, answers.screen, answers.place, answers.clipboard])
    expect(outcome).not.toBe('given')
})

test('our scheme serves the pages and nothing beside them', async () => {
  const fetched = await page().evaluate(
    async (attempts) => {
      const read = async (address: string) => {
        const reply = await fetch(address).catch(() => null)
        return reply ? `${reply.status} ${(await reply.text()).slice(0, 30)}` : 'refused'
      }
      return Promise.all(attempts.map(read))
    },
    [
      'app://murmuration/..%2fpackage.json',
      'app://murmuration/%2e%2e%2fmain.cjs',
      'app://murmuration/../main.cjs',
      'app://murmuration/..%5cmain.cjs',
      'app://other/index.html',
      'file:///etc/passwd',
    ],
  )
  for (const [index, reply] of fetched.entries())
    expect(reply, String(index)).toMatch(/^(404 Not here\.|refused)$/)
})

test('an engine that is killed is shown, started again and open as before', async () => {
  await page().reload()
  await visible('Northfield Hospital')
  await page().evaluate(() => {
    const seen = new Set<string>()
    const look = () => {
      if (document.body.innerText.includes('The engine stopped answering')) seen.add('lost')
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    const { murmuration } = window as unknown as {
      murmuration: { onEngine(listen: (standing: { state: string }) => void): void }
    }
    murmuration.onEngine(({ state }) => seen.add(state))
    Object.assign(window, { seen })
  })
  const [before] = engines()
  if (!before) throw new Error('There is no engine to kill')
  process.kill(before.pid, 'SIGKILL')
  const running = { output: { stage: 'open', running: true } }
  await expect
    .poll(() => engines().filter(({ pid }) => pid !== before.pid).length, { timeout: 20_000 })
    .toBe(1)
  await expect.poll(() => state(), { timeout: 30_000 }).toMatchObject(running)
  expect(await ask(page(), 'institution.get', null)).toMatchObject({
    output: { name: 'Northfield Hospital' },
  })
  const seen = () => page().evaluate(() => [...(window as unknown as { seen: Set<string> }).seen])
  await expect.poll(async () => (await seen()).toSorted()).toEqual(['lost', 'restarting', 'running'])
  await expect
    .poll(() => page().getByText('The engine stopped answering').count(), { timeout: 20_000 })
    .toBe(0)
}, 90_000)

test('a second start shows the first window instead', async () => {
  const second = stage?.open()
  await expect(second).rejects.toThrow(/did not open/)
  expect(page().context().pages()).toHaveLength(1)
}, 90_000)

test('closing the window waits until the database is closed', async () => {
  expect(await window.close()).toBe(0)
  expect(processesUnder(window.pid)).toEqual([])
  expect(existsSync(path.join(stage?.home ?? '', 'lock'))).toBe(false)
  expect(existsSync(path.join(stage?.home ?? '', 'murmuration.db-wal'))).toBe(false)
}, 60_000)

test('after a restart the home is locked until its passphrase is given; no passphrase is in any log', async () => {
  window = await stage!.open()
  await listenAlong(page())
  await expect
    .poll(() => state(), { timeout: 20_000 })
    .toMatchObject({
      output: { stage: 'locked', running: false, name: 'Northfield Hospital' },
    })
  const unlock = { passphrase: PASSPHRASE }
  expect(await ask(page(), 'gate.unlock', unlock)).toMatchObject({ output: { stage: 'open' } })
  const logs = ['murmuration.log', 'window/window.log']
    .map((name) => path.join(stage!.home, name))
    .filter(existsSync)
  expect(logs.length).toBeGreaterThan(0)
  for (const log of logs) expect(readFileSync(log, 'utf8')).not.toContain(PASSPHRASE)
}, 90_000)
