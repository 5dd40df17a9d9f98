import path from 'node:path'
import { expect, test } from 'vitest'
import { runProcess } from '../../bench/processes.ts'
import { farHospital, slowHospital, slowNetwork } from '../../simulation/slow.ts'

/** What is found wrong with a fault planted into the real modules. */
async function wrongWith(fault: string): Promise<string[]> {
  const file = path.join(import.meta.dirname, '..', '..', 'simulation', 'slow-process.ts')
  const lines: string[] = []
  expect(await runProcess(file, [fault], (line) => lines.push(line))).toBe(0)
  return lines
}

test.each([2000, 30_000])(
  'of a study that gives %i ms a hospital that needs nearly all is waited for, and one that needs more is named',
  async (compute) => {
    expect(await slowHospital(compute)).toEqual([])
  },
)

test('where the network is slower than the time that the study gives, attempts get longer until a round is done', async () => {
  expect(await slowNetwork()).toEqual([])
})

test.each([300, 480, 500, 600, 700, 900])(
  'a hospital whose documents take %i ms costs few void rounds: each makes the next ones longer',
  async (delayMs) => {
    expect(await farHospital(delayMs)).toEqual([])
  },
)

test('a fixed time to compute, and one for each attempt, would be found', async () => {
  expect(await wrongWith('fixed-computing-time')).toContain('the slow one was left behind')
  expect(await wrongWith('fixed-exchange-time')).toContain('the study did not end')
  expect(await wrongWith('voids-forgotten')).toEqual(['void rounds are repeated as they were'])
}, 60_000)
