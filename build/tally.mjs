/**
 * How many passed, failed and were skipped, and what those that failed are called.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Tally
 */

/** @type {Tally} */
export const nothing = { passed: 0, failed: 0, skipped: 0, failures: [] }

/** @returns {Tally} */
export function oneFailure(/** @type {string} */ name) {
  return { passed: 0, failed: 1, skipped: 0, failures: [name] }
}

/** @returns {Tally} */
export function add(/** @type {Tally} */ a, /** @type {Tally} */ b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
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
  /** @type {{ testResults: { name: string, status: string, assertionResults: { status: string, fullName: string }[] }[] }} */
  const { testResults } = JSON.parse(report)
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({ status, name: `${name}: ${fullName}` })),
  )
  const unloaded = testResults
    .filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
    )
    .map((file) => file.name)
  const failures = [...unloaded, ...tests.filter((one) => one.status === 'failed').map((one) => one.name)]
  const passed = tests.filter((one) => one.status === 'passed').length
  const skipped = tests.length - passed - (failures.length - unloaded.length)
  if (exitCode !== 0 && failures.length === 0) failures.push('an error outside any test')
  return { passed, failed: failures.length, skipped, failures }
}

/** The last lines of a run: what failed, by name, and the counts. */
export function closingLines(/** @type {Tally} */ { passed, failed, skipped, failures }) {
  const skips = skipped > 0 ? `, ${skipped} skipped` : ''
  return [...failures.map((one) => `failed: ${one}`), `${passed} passed, ${failed} failed${skips}`].join('\n')
}
