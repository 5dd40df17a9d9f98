import { existsSync, statSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAllowance } from '#import/allowance.ts'
import { createConversation } from '#import/conversation.ts'
import { bombs } from './bombs.ts'
import { NOTHING_LEFT, openDesk } from './desk.ts'
import { numbersOf } from './fuzz.ts'
import { parquetOf } from './parquet-bombs.ts'

// Each file is read in a process of its own; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 120_000 })

let desk: ReturnType<typeof openDesk>
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk.close())

const refusals = ['file-unreadable', 'file-no-rows', 'file-empty', 'too-large']
const sizeNow = () =>
  [desk.home.file, `${desk.home.file}-wal`].reduce(
    (sum, file) => sum + (existsSync(file) ? statSync(file).size : 0),
    0,
  )

test.each(Object.entries(bombs()))('%s is refused with a sentence, and we live', async (_, make) => {
  const before = sizeNow()
  const error: unknown = await desk.take(make()).catch((one: unknown) => one)
  expect(refusals).toContain((error as { code?: string }).code)
  expect(String(error)).toMatch(/\w+ \w+ \w+/)
  expect(desk.residue()).toEqual(NOTHING_LEFT)
  expect(sizeNow() - before).toBeLessThan(64 * 1024 * 1024)
})

test('an honest Parquet file of equal cells is taken, and broken ones end in a table or a sentence', async () => {
  const whole = parquetOf({ rows: 2000, columns: 2 })
  const { rows } = await desk.take(whole)
  expect(rows).toHaveLength(2000)
  const next = numbersOf(7)
  for (let i = 0; i < 6; i++) {
    const broken = Buffer.from(whole)
    for (let flips = 0; flips < 3; flips++)
      broken[Math.floor(next() * broken.length)]! ^= 1 << Math.floor(next() * 8)
    broken.write('PAR1', 0, 'latin1')
    const found: unknown = await desk.take(broken).catch((one: unknown) => one)
    if (found instanceof Error) expect(refusals).toContain((found as { code?: string }).code)
  }
  expect(desk.residue()).toEqual(NOTHING_LEFT)
})

test('a reader that says nothing any more is no wait without end, and one that is gone is a sentence', async () => {
  const { id } = desk.importer.begin({ name: 'table', size: 10 })
  await desk.importer.cancel(id)
  const channel = {
    send: () => undefined,
    onMessage: () => undefined,
    onExit: () => undefined,
    kill: vi.fn(),
  }
  vi.useFakeTimers()
  try {
    const shelves = { stage: vi.fn(), take: () => null, write: vi.fn(), earlier: () => null }
    const coming = { options: {}, secret: new Uint8Array(32), allowance: createAllowance(10, 0) }
    const talk = createConversation(channel, shelves, coming)
    const waiting = talk.preview([], true).catch((error: unknown) => error)
    vi.advanceTimersByTime(121_000)
    expect(await waiting).toMatchObject({ code: 'file-unreadable' })
    expect(channel.kill).toHaveBeenCalledOnce()
  } finally {
    vi.useRealTimers()
  }
})

test('what a reader makes of a file is counted before it is kept: a small file comes to little', () => {
  const allowance = createAllowance(1000, 0)
  const part = (bytes: number) => ({ did: 'stage', part: 0, bytes: new Uint8Array(bytes) }) as const
  allowance.spend(part(12 * 1024 * 1024))
  expect(() => allowance.spend(part(17_000))).toThrow('unpacks')
})
