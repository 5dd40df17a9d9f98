import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readWindowState, writeWindowState } from '#shell/window-state.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'murmuration window '))
  file = path.join(folder, 'window.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }]
const state = { x: 100, y: 80, width: 1280, height: 860, maximized: false }

test('a window opens where it was', () => {
  writeWindowState(file, state)
  expect(readWindowState(file, screens)).toEqual(state)
})

test('a window does not open on a screen that is gone, or hardly on one', () => {
  writeWindowState(file, { ...state, x: 2000 })
  expect(readWindowState(file, screens)).toBeNull()
  writeWindowState(file, { ...state, x: 1900 })
  expect(readWindowState(file, screens)).toBeNull()
})

test('a file that is missing, broken or odd is no state', () => {
  expect(readWindowState(file, screens)).toBeNull()
  for (const text of [
    '',
    '{',
    '[]',
    JSON.stringify({ ...state, width: 'all' }),
    JSON.stringify({ ...state, extra: 1 }),
  ]) {
    writeFileSync(file, text)
    expect(readWindowState(file, screens)).toBeNull()
  }
})
