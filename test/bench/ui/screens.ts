import type { Page } from 'playwright'

/** Runs in the page: opens a screen and waits until it shows everything. Milliseconds to the frame in which it does. */
export async function openScreen(hash: string): Promise<number> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const whole = () => {
    const main = document.querySelector('main')
    return main?.querySelector('h1') !== null && main?.querySelector('.loading') === null
  }
  const there = (location.hash || '#/') === hash
  if (!there) document.querySelector('main h1')?.setAttribute('data-left', '')
  const start = performance.now()
  location.hash = hash
  let since = 0
  // Some parts ask for more when others have come: a screen is whole when it stays so for some frames.
  for (let still = 0; still < 6; still++) {
    await frame()
    const left = document.querySelector('h1[data-left]') !== null
    if (left || !whole()) still = -1
    else if (still === 0) since = performance.now()
    if (performance.now() - start > 60_000) throw new Error(`${hash} did not open`)
  }
  return since - start
}

/** Runs in the page: scrolls all that scrolls to its end, and returns the longest time between two frames. */
export async function scrollAll(): Promise<number> {
  const STEP = 90
  const MOST_FRAMES = 240
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
  const frames = [...document.querySelectorAll('main .table-frame')]
  let longest = 0
  for (const one of [document.scrollingElement, ...frames]) {
    if (!one || one.scrollHeight <= one.clientHeight + 1) continue
    let before = await frame()
    for (let i = 0; i < MOST_FRAMES && one.scrollTop + one.clientHeight < one.scrollHeight - 1; i++) {
      one.scrollTop += STEP
      const now = await frame()
      longest = Math.max(longest, now - before)
      before = now
    }
    one.scrollTop = 0
  }
  return longest
}

/** What a screen took. */
export interface Opened {
  readonly screen: string
  readonly openMs: number
  readonly frameMs: number
}

/** Opens each screen once to warm it up, then again to measure. Throws where one shows a failure. */
export async function measureScreens(page: Page, hashes: readonly string[]): Promise<Opened[]> {
  for (const hash of hashes) await page.evaluate(openScreen, hash)
  const opened: Opened[] = []
  for (const hash of hashes) {
    const openMs = await page.evaluate(openScreen, hash)
    const failed = await page.locator('main [role=alert]').count()
    if (failed > 0) throw new Error(`${hash} shows a failure`)
    opened.push({ screen: nameOf(hash), openMs, frameMs: await page.evaluate(scrollAll) })
  }
  return opened
}

function nameOf(hash: string): string {
  const [screen = '', id] = hash.replace(/^#\//, '').split('/')
  return (screen || 'home') + (id ? ' (one)' : '')
}
