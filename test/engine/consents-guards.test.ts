import { afterEach, expect, test } from 'vitest'
import { aMapping } from './a-study.ts'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { closeAll } from './hospital.ts'
import { knowingTwo, own } from './knowing.ts'

afterEach(closeAll)

test('an approval that meets another mapping on its way leaves no approval of what would not be used', async () => {
  const { a, members } = await knowingTwo()
  const { id } = await a.call('studies.propose', aDraft(members))
  const dataset = await takePart(a, id, 1)
  const { id: me } = await own(a)
  const { textHash } = await a.call('consents.page', { study: id })
  // The page is worked out anew while somebody else saves another mapping.
  const mapping = aMapping({ holdout: { kind: 'share', share: 0.3 } })
  await Promise.allSettled([
    decide(a, id, 'approve', { textHash }),
    new Promise((resolve) => setTimeout(resolve, 0)).then(() =>
      a.call('mappings.save', { study: id, dataset: dataset.id, mapping }),
    ),
  ])
  const { members: seen } = await a.call('studies.get', { id })
  const answer = seen.find((one) => one.id === me)?.answer
  expect(answer).not.toBe('approved')
})
