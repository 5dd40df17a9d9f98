import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import { createLibrary } from '#store/library.ts'
import { listCertifiers, listVotes } from '#store/signers.ts'
import { aDocument } from './documents.ts'
import { makeHome } from './home.ts'

let home: ReturnType<typeof makeHome>
beforeEach(() => (home = makeHome()))
afterEach(() => home.remove())

const study = hashOf('study')
const other = hashOf('other study')

test('who certified and who voted is told of one round and one artefact alone', () => {
  const db = home.open()
  const library = createLibrary(db)
  const [artefact, elsewhere] = [hashOf('model'), hashOf('another')]
  const certificate = (author: string, round: number, attempt: number, of: string) =>
    aDocument(
      {
        ...{ kind: 'certificate', study, round, attempt, auditHead: hashOf(0), auditLength: 1 },
        outcome: { result: 'sum', roster: hashOf(1), ctx: hashOf(2), sum: hashOf(3), artefact: of },
      },
      author,
    )
  const vote = (author: string, round: number, said: 'better' | 'worse', of: string) =>
    aDocument({ kind: 'vote', study, round, artefact: of, vote: said }, author)
  const all = [
    ...[certificate('c', 2, 1, artefact), certificate('a', 2, 0, artefact), certificate('a', 2, 1, artefact)],
    ...[
      certificate('b', 2, 0, elsewhere),
      certificate('b', 20, 0, artefact),
      certificate('d', 2, 2, artefact),
    ],
    ...[vote('c', 2, 'worse', artefact), vote('a', 2, 'better', artefact), vote('b', 2, 'better', elsewhere)],
    vote('d', 20, 'worse', artefact),
  ]
  for (const one of all) library.add(one)
  expect(listCertifiers(db, study, { round: 2, attempts: 2, artefact })).toEqual(['a', 'c'])
  expect(listVotes(db, study, { round: 2, artefact })).toEqual([
    { id: 'a', vote: 'better' },
    { id: 'c', vote: 'worse' },
  ])
  expect(listVotes(db, other, { round: 2, artefact })).toEqual([])
})
