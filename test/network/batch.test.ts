import { expect, test } from 'vitest'
import type { Document } from '#domain/documents.ts'
import { firstThatFit } from '#network/gossip/batch.ts'
import { signDocument } from '#network/identity/documents.ts'
import { aNote, createHospital } from './hospitals.ts'

/** So many notes of so many letters each. */
function notes(count: number, letters: number): Document[] {
  const one = signDocument(createHospital(0).identity, aNote('a'.repeat(64), 'x'.repeat(letters)))
  return Array.from({ length: count }, () => ({ ...one, body: { ...one.body } }))
}

const bytesOf = (documents: readonly Document[]) => JSON.stringify(documents).length

test('one message carries about a MiB of documents, and a thousand at most', () => {
  const large = firstThatFit(notes(1000, 4000))
  expect(bytesOf(large)).toBeGreaterThan(900_000)
  expect(bytesOf(large)).toBeLessThan(1.1 * 1024 * 1024)
  expect(firstThatFit(notes(3000, 1))).toHaveLength(1000)
})

test('what goes with documents counts, and one goes however large that is', () => {
  expect(firstThatFit(notes(30, 1), () => 100_000)).toHaveLength(10)
  expect(firstThatFit(notes(3, 1), () => 4_000_000)).toHaveLength(1)
})
