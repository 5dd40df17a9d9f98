import type { JSHandle } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { baits, tricks } from './baits.ts'
import { openLure } from './lure.ts'
import { makeInstitution, showWindow } from './shown.ts'
import { prepareStage } from './window.ts'

const START = 'app://murmuration/'
const { page, ask } = showWindow(prepareStage)
let lure: Awaited<ReturnType<typeof openLure>> | undefined
beforeAll(async () => void (lure = await openLure()))
afterAll(() => lure?.close())

/** A person clicks on a bait; nothing may come of it: no way elsewhere, no window, no visit, no code. */
async function expectNothingOf(bait: JSHandle<HTMLElement>): Promise<void> {
  const before = page().url()
  const seen = (lure?.visits ?? []).length
  await bait.evaluate((element) => {
    const target = element.firstElementChild ?? element
    target.append('bait')
    target.setAttribute('data-bait', '')
    document.body.prepend(element)
  })
  // Playwright's own evaluation stands outside the page's policy: what is clicked is judged by it.
  await page().locator('[data-bait]').click({ timeout: 5000, noWaitAfter: true, force: true })
  await new Promise((resolve) => setTimeout(resolve, 250))
  expect(page().url()).toBe(before)
  expect(page().context().pages()).toHaveLength(1)
  expect((lure?.visits ?? []).slice(seen)).toEqual([])
  expect(await page().evaluate(() => window.got)).toBeUndefined()
}

test.each(Object.entries(baits))('a click on %s leads nowhere', async (_name, make) => {
  await page().goto(START)
  await expectNothingOf(await page().evaluateHandle(make, lure?.host ?? ''))
})

test.each(Object.entries(tricks))('a click that tries %s leads nowhere', async (_name, trick) => {
  await page().goto(START)
  const act = await page().evaluateHandle(`(${trick.toString()})`)
  const button = await page().evaluateHandle(
    ([host, given]) => {
      const made = document.createElement('button')
      // The cast: the handle is of the trick above.
      made.addEventListener('click', () => (given as (lure: string) => void)(host))
      return made
    },
    [lure?.host ?? '', act] as const,
  )
  await expectNothingOf(button)
})

test('messages that are too large, unknown or malformed are refused, and the engine goes on', async () => {
  await makeInstitution(ask)
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
    expect(await ask(call, null), call).toMatchObject({ error: { code: 'bad-request' } })
  }
  expect(await ask('studies.list', { extra: true })).toMatchObject({ error: { code: 'bad-request' } })
  expect(await ask('studies.list', null)).toEqual(expect.objectContaining({ output: [] }))
})

test('no permission is given, asked for or not', async () => {
  const answers = await page().evaluate(async () => {
    const outcome = (promise: Promise<unknown>) =>
      promise.then(
        () => 'given',
        (error: unknown) => (error as Error).name,
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
