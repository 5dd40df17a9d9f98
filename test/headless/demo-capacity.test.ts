import { expect, test } from 'vitest'
import { sharingThatFits } from '#headless/demo/capacity.ts'

const MB = 2 ** 20
const small = (hospitals: number) => Array<number>(hospitals).fill(20_000)
const withFree = (megabytes: number) => ({ free: megabytes * MB })

test('a few hospitals have a process each, and share one where memory is short', () => {
  expect(sharingThatFits(small(4), withFree(16_000))).toBe(1)
  expect(sharingThatFits(small(4), withFree(1200))).toBe(4)
  expect(sharingThatFits(small(30), withFree(16_000))).toBeGreaterThan(1)
})

test('more hospitals than fit are refused at once, with the number that fits, and those fit', () => {
  const why = () => sharingThatFits(small(40), withFree(3000))
  expect(why).toThrow(/^3000 MB of memory are free on this machine, in which \d+ hospitals fit, not 40/)
  const most = Number(/which (\d+) hospitals/.exec(String(catchOf(why)))![1])
  expect(most).toBeGreaterThan(10)
  expect(sharingThatFits(small(most), withFree(3000))).toBe(most)
  expect(() => sharingThatFits(small(most + 1), withFree(3000))).toThrow(`in which ${most} hospitals fit`)
})

test('large tables and a wish for processes of their own take more room', () => {
  expect(() => sharingThatFits(small(8), { ...withFree(3000), together: 1 })).toThrow(
    'in which 5 hospitals fit, not 8',
  )
  expect(() => sharingThatFits(Array<number>(8).fill(100 * MB), withFree(6000))).toThrow(
    /in which 3 hospitals fit/,
  )
  expect(() => sharingThatFits(small(3), withFree(300))).toThrow('too little for a demo')
})

test('no more than a study can have are taken, however large the machine is', () => {
  expect(() => sharingThatFits(small(61), withFree(900_000))).toThrow(
    'at most 50 hospitals, and these are 61',
  )
})

function catchOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
