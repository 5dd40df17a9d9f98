import { expect, test } from 'vitest'
import { AppError } from '#domain/errors.ts'
import { createTroubles } from '#engine/troubles.ts'

/** A study's round under way, what the shelf holds, and what is logged and announced. */
function aRound() {
  const at = { round: 3, attempt: 0 }
  const held = new Set<string>()
  const log: unknown[] = []
  const announced: unknown[] = []
  const troubles = createTroubles({
    log: (...entry) => void log.push(entry),
    announce: (event) => void announced.push(event),
    // Safe: it is only asked what it holds.
    shelf: { has: (hash: string) => held.has(hash) } as never,
    stateOf: () => at,
  })
  return { at, held, log, announced, troubles }
}

const withheld = new AppError('bytes-withheld', 'Nobody has them')

test('what others refuse us in a round is on its screen until it is here or the attempt is over', () => {
  const { at, held, log, announced, troubles } = aRound()
  troubles.failed('study', 'fetch', withheld, 'a contribution')
  troubles.failed('study', 'fetch', withheld, 'a contribution')
  expect(troubles.of('study', 3)).toBe('bytes-withheld')
  expect([log.length, announced]).toEqual([1, [{ event: 'rounds.changed', study: 'study', round: 3 }]])
  held.add('a contribution')
  expect(troubles.of('study', 3)).toBeNull()
  troubles.failed('study', 'fetch', withheld, 'another')
  expect(troubles.of('study', 3)).toBe('bytes-withheld')
  at.attempt = 1
  expect(troubles.of('study', 3)).toBeNull()
})

test('that we could not compute our part is not hidden by what others refuse, and stays for its round', () => {
  const { at, troubles } = aRound()
  troubles.failed('study', 'compute', new AppError('trainer-failed', 'It ended'))
  troubles.failed('study', 'fetch', withheld, 'a contribution')
  at.attempt = 1
  expect(troubles.of('study', 3)).toBe('trainer-failed')
  at.round = 4
  expect(troubles.of('study', 3)).toBeNull()
  // A fetch that ended without a word of why is for the log alone.
  troubles.failed('study', 'fetch', new AppError('peer-unreachable', 'In vain'))
  expect(troubles.of('study', 4)).toBeNull()
})
