import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchFamily } from '../bench/family.ts'
import { bombs } from './bombs.ts'
import { openDesk } from './desk.ts'

// Each file is read in a process of its own; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 120_000 })

const MiB = 1024 * 1024
/** What a machine can spare for a file of anybody. */
const MOST = 600 * MiB

let desk: ReturnType<typeof openDesk>
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk.close())

const greedy = [
  'a Parquet file of two thousand million equal cells',
  'a workbook whose cells lie at the far end',
]

test.runIf(process.platform === 'linux').each(greedy)(
  'the process that reads %s takes no more memory than a file may, and its end is a sentence',
  async (name) => {
    const bytes = bombs()[name]!()
    const family = watchFamily()
    const look = setInterval(() => {
      // Enough is known, and this machine is to go on.
      if (family.most() > MOST) void desk.importer.close()
    }, 20)
    const error: unknown = await desk.take(bytes).catch((one: unknown) => one)
    clearInterval(look)
    family.stop()
    expect(error).toMatchObject({ code: 'file-unreadable', message: expect.stringContaining('more memory') })
    // It ran, and grew.
    expect(family.most()).toBeGreaterThan(100 * MiB)
    expect(family.most()).toBeLessThan(MOST)
  },
)
