import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hasTray, readOnClose, whenClosed, writeOnClose } from '#shell/closing.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'murmuration closing '))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a window that no study needs closes without a word, and so does one that is quit', () => {
  expect(whenClosed('ask', 0, false)).toBe('quit')
  expect(whenClosed('background', 0, false)).toBe('quit')
  expect(whenClosed('ask', 2, true)).toBe('quit')
  expect(whenClosed('ask', 2, false)).toBe('ask')
  expect(whenClosed('background', 1, false)).toBe('background')
  expect(whenClosed('quit', 1, false)).toBe('quit')
})

test('the choice is kept; without one the app goes on where it can show that, and asks elsewhere', () => {
  const file = path.join(folder, 'closing.json')
  expect(readOnClose(file, true)).toBe('background')
  expect(readOnClose(file, false)).toBe('ask')
  writeOnClose(file, 'quit')
  expect(readOnClose(file, true)).toBe('quit')
  for (const odd of ['', '{}', '{"format":1,"onClose":"stay"}', 'x'.repeat(5000)]) {
    writeFileSync(file, odd)
    expect(readOnClose(file, false), odd.slice(0, 40)).toBe('ask')
  }
})

test('a tray is counted on where the desktop is known to have one', () => {
  expect(hasTray('win32', undefined)).toBe(true)
  expect(hasTray('darwin', undefined)).toBe(true)
  expect(hasTray('linux', 'KDE')).toBe(true)
  expect(hasTray('linux', 'ubuntu:GNOME')).toBe(true)
  expect(hasTray('linux', 'GNOME')).toBe(false)
  expect(hasTray('linux', undefined)).toBe(false)
})
