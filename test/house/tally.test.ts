import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from '#build/place.mjs'
import { add, closingLines, countTests, nothing, oneFailure } from '#build/tally.mjs'

const report = (...files: { status: string; tests: string[] }[]) =>
  JSON.stringify({
    testResults: files.map(({ status, tests }, file) => ({
      name: path.join(root, `file ${file}`),
      status,
      assertionResults: tests.map((one, test) => ({ status: one, fullName: `story ${test}` })),
    })),
  })

test('passed, failed and skipped tests are counted', () => {
  const text = report(
    { status: 'failed', tests: ['passed', 'failed'] },
    { status: 'passed', tests: ['passed', 'skipped', 'todo', 'pending'] },
  )
  expect(countTests(text, 1)).toEqual({
    passed: 2,
    failed: 1,
    skipped: 3,
    failures: [`${path.join(root, 'file 0')}: story 1`],
    skips: ['file 1, 3 of 4 tests'],
  })
})

test('a file that cannot be loaded is a failure', () => {
  expect(countTests(report({ status: 'failed', tests: [] }), 1)).toEqual(
    oneFailure(path.join(root, 'file 0')),
  )
})

test('a failing exit that no test explains is a failure', () => {
  expect(countTests(report({ status: 'passed', tests: ['passed'] }), 1).failed).toBe(1)
  expect(countTests(undefined, 0).failed).toBe(1)
})

test('the closing lines name what failed, and the files that skipped something', () => {
  const total = add({ ...nothing, passed: 2 }, { ...oneFailure('bench sums'), passed: 1 })
  expect(closingLines(total)).toBe('failed: bench sums\n3 passed, 1 failed')
  const why = oneFailure('bench attacks', '\u001B[31mGot through:\u001B[39m\n  row 2\n  at a (b.ts:1)')
  expect(why.failures).toEqual(['bench attacks: Got through:; row 2'])
  expect(oneFailure('a', 'x'.repeat(9000)).failures[0]!.length).toBeLessThan(600)
  expect(closingLines({ ...nothing, passed: 1, skipped: 2, skips: ['file 1, 2 of 3 tests'] })).toBe(
    'skipped: file 1, 2 of 3 tests\n1 passed, 0 failed, 2 skipped',
  )
})
