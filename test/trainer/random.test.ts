import { expect, test } from 'vitest'
import { createStream, shuffle } from '#trainer/random.ts'
import { batchSize, createBatches } from '#trainer/training/batches.ts'
import { seed } from './kit.ts'

test('the stream is AES-256 in counter mode under SHA-256, as OpenSSL computes it', () => {
  const stream = createStream('first weights', seed(5))
  expect([stream.word(), stream.word(), stream.word(), stream.word()]).toEqual([
    988424255, 2919553719, 251794620, 3900609179,
  ])
})

test('labels and seeds make different streams, and the same ones the same', () => {
  const first = (label: string, byte: number) => createStream(label, seed(byte)).word()
  expect(first('minibatches', 1)).toBe(first('minibatches', 1))
  expect(new Set([first('minibatches', 1), first('minibatches', 2), first('first weights', 1)]).size).toBe(3)
})

test('numbers below a limit are all reached about equally often', () => {
  const stream = createStream('test', seed(1))
  const counts = Array.from({ length: 7 }, () => 0)
  for (let i = 0; i < 70_000; i++) counts[stream.below(7)]! += 1
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})

test('each epoch takes every row at most once, in a new order, in minibatches of the size asked', () => {
  const next = createBatches(50, 16, createStream('test', seed(2)))
  const epoch = () => Array.from({ length: 3 }, () => [...next()])
  const [one, two] = [epoch(), epoch()]
  for (const batches of [one, two]) {
    expect(batches.map((batch) => batch.length)).toEqual([16, 16, 16])
    expect(new Set(batches.flat()).size).toBe(48)
  }
  expect(one).not.toEqual(two)
})

test('a minibatch is never a whole hospital where it has 32 rows or more, and never under 16 where it can be helped', () => {
  expect(batchSize(64, 1000)).toBe(64)
  expect(batchSize(64, 100)).toBe(50)
  expect(batchSize(512, 33)).toBe(16)
  expect(batchSize(32, 20)).toBe(16)
  expect(batchSize(32, 10)).toBe(10)
})

test('shuffling keeps all numbers', () => {
  const numbers = Uint32Array.from({ length: 100 }, (_, i) => i)
  shuffle(numbers, createStream('test', seed(3)))
  expect([...numbers]).not.toEqual([...numbers].toSorted((a, b) => a - b))
  expect([...numbers].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
})
