import { expect, test } from 'vitest'
import { add, closingLine, countTests } from '#build/tally.mjs'

const report = (...files: { status: string; tests: string[] }[]) =>
  JSON.stringify({
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((one) => ({ status: one })),
    })),
  })

test('passed, failed and skipped tests are counted', () => {
  const text = report(
    { status: 'failed', tests: ['passed', 'failed'] },
    { status: 'passed', tests: ['passed', 'skipped', 'todo', 'pending'] },
  )
  expect(countTests(text, 1)).toEqual({ passed: 2, failed: 1, skipped: 3 })
})

test('a file that cannot be loaded is a failure', () => {
  expect(countTests(report({ status: 'failed', tests: [] }), 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('a failing exit that no test explains is a failure', () => {
  expect(countTests(report({ status: 'passed', tests: ['passed'] }), 1).failed).toBe(1)
  expect(countTests(undefined, 0).failed).toBe(1)
})

test('the closing line names skipped tests only when there are any', () => {
  expect(closingLine(add({ passed: 2, failed: 0, skipped: 0 }, { passed: 1, failed: 1, skipped: 0 }))).toBe(
    '3 passed, 1 failed',
  )
  expect(closingLine({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped')
})
