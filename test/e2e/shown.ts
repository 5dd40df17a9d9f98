import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { ask, listenAlong } from './talk.ts'
import type { Stage, Window } from './window.ts'

export const PASSPHRASE = 'quiet birds at dusk'

/** A window that a whole file of tests looks at. */
export interface Shown {
  readonly stage: Stage
  readonly window: Window
}

/** Prepares a stage and opens its window before a file's tests; where that is not possible, all are skipped aloud. */
export function showWindow(prepare: () => Promise<Stage | { readonly missing: string }>) {
  let missing = ''
  let stage: Stage | null = null
  let window: Window | null = null

  beforeAll(async () => {
    const prepared = await prepare()
    if ('missing' in prepared) {
      missing = prepared.missing
      return console.warn(`SKIPPED: the app's window was not tested. ${missing}`)
    }
    stage = prepared
    await open()
  }, 900_000)

  beforeEach(({ skip }) => skip(missing !== '', missing))

  afterAll(async () => {
    await window?.kill()
    await stage?.close()
  }, 60_000)

  async function open(): Promise<void> {
    if (!stage) throw new Error('There is no stage')
    window = await stage.open()
    await listenAlong(window.page)
  }

  function shown(): Shown {
    if (!stage || !window) throw new Error('Nothing is shown')
    return { stage, window }
  }

  return {
    open,
    stage: () => shown().stage,
    window: () => shown().window,
    page: () => shown().window.page,
    ask: (call: string, input: unknown) => ask(shown().window.page, call, input),
  }
}

/** The first run: an institution is named, and its recovery words are asked back. */
export async function makeInstitution(ask: ReturnType<typeof showWindow>['ask']): Promise<void> {
  const key = { by: 'passphrase', passphrase: PASSPHRASE }
  const { output } = await ask('gate.create', { name: 'Northfield Hospital', key })
  const made = output as { recoveryWords: string[]; ask: number[] } // as the contract says
  const words = made.ask.map((at) => made.recoveryWords[at - 1])
  expect(await ask('gate.confirm', { words })).toMatchObject({ output: { stage: 'open' } })
}
