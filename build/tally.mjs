/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** @type {Tally} */
export const nothing = { passed: 0, failed: 0, skipped: 0 }

/** @returns {Tally} */
export function add(/** @type {Tally} */ a, /** @type {Tally} */ b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
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
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  /** @type {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} */
  const { testResults } = JSON.parse(report)
  const statuses = testResults.flatMap(({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((one) => one.status === 'failed')
      ? ['failed', ...assertionResults.map((one) => one.status)]
      : assertionResults.map((one) => one.status),
  )
  const passed = statuses.filter((status) => status === 'passed').length
  const failed = statuses.filter((status) => status === 'failed').length
  const unexplained = exitCode !== 0 && failed === 0 ? 1 : 0
  return { passed, failed: failed + unexplained, skipped: statuses.length - passed - failed }
}

/** The last line of a run. */
export function closingLine(/** @type {Tally} */ { passed, failed, skipped }) {
  const skips = skipped > 0 ? `, ${skipped} skipped` : ''
  return `${passed} passed, ${failed} failed${skips}`
}
