import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '#domain/errors.ts'
import { openLog, readLogTail } from '#engine/log-file.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'murmuration log '))
  file = path.join(folder, 'murmuration.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** An error of a library, which quotes what it stumbled over. */
function anErrorWithAPatient(): unknown {
  try {
    return JSON.parse('Moreau, Anna, 1961')
  } catch (error) {
    return error
  }
}

test('of errors that are not ours no word is kept: they may quote a patient', () => {
  const log = openLog(file, () => 0)
  const error = anErrorWithAPatient()
  expect(String(error)).toContain('Moreau')
  log('error', 'call-failed', { error })
  log('error', 'call-failed', { error: new AppError('file-unreadable', 'line 3 of 9', { cause: error }) })
  const text = readFileSync(file, 'utf8')
  expect(text).not.toContain('Moreau')
  expect(text).toContain('SyntaxError')
  expect(text).toContain('line 3 of 9')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a log that is full makes room for a new one, and the one before stays beside it', () => {
  writeFileSync(file, `${'x'.repeat(5 * 1024 * 1024)}\n`)
  const log = openLog(file, () => 0)
  log('info', 'first')
  log('info', 'second')
  expect(statSync(`${file}.1`).size).toBeGreaterThan(5 * 1024 * 1024)
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2)
  expect(existsSync(`${file}.2`)).toBe(false)
})

test('the newest lines are read whole', () => {
  const log = openLog(file, () => 0)
  for (let line = 0; line < 100; line++) log('info', `line-${line}`)
  const tail = readLogTail(file, 1000)
  expect(tail.length).toBeLessThanOrEqual(1000)
  expect(tail.split('\n')[0]).toMatch(/^\{.*\}$/)
  expect(tail).toContain('line-99')
  expect(readLogTail(path.join(folder, 'none'))).toBe('')
})
