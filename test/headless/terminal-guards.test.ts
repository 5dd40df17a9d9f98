import { afterEach, expect, test, vi } from 'vitest'
import { say, tell } from '#headless/terminal.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** What a stream of the terminal is given while something is done. */
function written(stream: NodeJS.WriteStream, act: () => void): string {
  const seen: string[] = []
  vi.spyOn(stream, 'write').mockImplementation((text) => {
    seen.push(String(text))
    return true
  })
  act()
  return seen.join('')
}

// A name that clears the screen, and one that is read from right to left.
const name = 'Ward\u001b[2J \u202eeslaf'

test('no code in a text of others reaches the terminal, as a result or beside it', () => {
  const shown = 'Ward\ufffd[2J \ufffdeslaf\n'
  expect(written(process.stdout, () => say(name))).toBe(shown)
  expect(written(process.stderr, () => tell(name))).toBe(shown)
})
