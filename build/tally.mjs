import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { root } from './place.mjs'

/**
 * How many passed, failed and were skipped, what those that failed are called, and which files skipped something.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[], skips: string[] }} Tally
 */

/** @type {Tally} */
export const nothing = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] }

/**
 * @param {string} name
 * @param {unknown} [why] What it said, if anything.
 * @returns {Tally}
 */
export function oneFailure(name, why) {
  return { ...nothing, failed: 1, failures: [withReason(name, why)] }
}

const MOST_OF_A_REASON = 500

/** A name and, on the same line, the beginning of why. */
function withReason(/** @type {string} */ name, /** @type {unknown} */ why) {
  const plain = typeof why === 'string' ? stripVTControlCharacters(why) : ''
  const line = plain
    .split(/\s*\n\s*/)
    .filter((one) => one && !one.startsWith('at '))
    .join('; ')
  return line === '' ? name : `${name}: ${line.slice(0, MOST_OF_A_REASON)}`
}

/** @returns {Tally} */
export function add(/** @type {Tally} */ a, /** @type {Tally} */ b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
    skips: [...a.skips, ...b.skips],
  }
}

/**
 * Counts tests in vitest's JSON report. A file that could not be loaded, a report that is not there and an error
 * outside any test each count as one failure.
 *
 * @param {string | undefined} report
 * @param {number} exitCode
 * @returns {Tally}
 */
export function countTests(report, exitCode) {
  if (report === undefined) return oneFailure('the tests left no report')
  /** @type {{ testResults: { name: string, status: string, message?: string, assertionResults: { status: string, fullName: string, failureMessages?: string[] }[] }[] }} */
  const { testResults } = JSON.parse(report)
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName, failureMessages = [] }) => ({
      status,
      name: status === 'failed' ? withReason(`${name}: ${fullName}`, failureMessages[0]) : fullName,
    })),
  )
  const unloaded = testResults
    .filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
    )
    .map((file) => withReason(file.name, file.message))
  const failures = [...unloaded, ...tests.filter((one) => one.status === 'failed').map((one) => one.name)]
  const passed = tests.filter((one) => one.status === 'passed').length
  const skipped = tests.length - passed - (failures.length - unloaded.length)
  if (exitCode !== 0 && failures.length === 0) failures.push('an error outside any test')
  return { passed, failed: failures.length, skipped, failures, skips: testResults.flatMap(skipOf) }
}

/** A file with how many of its tests did not run, if any. */
function skipOf(
  /** @type {{ name: string, assertionResults: { status: string }[] }} */ { name, assertionResults },
) {
  const skipped = assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed').length
  return skipped > 0 ? [`${path.relative(root, name)}, ${skipped} of ${assertionResults.length} tests`] : []
}

/** The last lines of a run: what was skipped and what failed, by name, and the counts. */
export function closingLines(/** @type {Tally} */ { passed, failed, skipped, failures, skips }) {
  const count = skipped > 0 ? `, ${skipped} skipped` : ''
  return [
    ...skips.map((one) => `skipped: ${one}`),
    ...failures.map((one) => `failed: ${one}`),
    `${passed} passed, ${failed} failed${count}`,
  ].join('\n')
}
