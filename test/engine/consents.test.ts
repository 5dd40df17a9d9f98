import { afterEach, describe, expect, test } from 'vitest'
import { aMapping } from './a-study.ts'
import { aDraft, aTable, decide, takePart } from './chest-pain.ts'
import { closeAll, importText, until } from './hospital.ts'
import { audit, knowingTwo, own } from './knowing.ts'

afterEach(closeAll)

/** An error with this code. */
const code = (name: string) => expect.objectContaining({ code: name })

describe('a consent', () => {
  async function asked() {
    const { a, members } = await knowingTwo()
    const { id } = await a.call('studies.propose', aDraft(members))
    const dataset = await takePart(a, id, 1)
    return { a, id, dataset }
  }

  test('names what was shown, what of ours is meant and nothing exact', async () => {
    const { a, id } = await asked()
    const page = await a.call('consents.page', { study: id })
    expect(page.parts.map((one) => one.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(page.columnsUsed).toEqual(['age', 'sex', 'cp', 'num'])
    const { consent } = await decide(a, id, 'approve')
    expect(consent).toMatchObject({ decision: 'approve', textHash: page.textHash, language: 'en' })
    expect(consent.grant).toMatchObject({
      weight: 80,
      columnsUsed: ['age', 'sex', 'cp', 'num'],
      columnsUnused: 0,
    })
    // Ids, hashes and times hold any digits: the numbers and words beside them are what could tell.
    const told = JSON.stringify(consent).replaceAll(
      /12D3KooW\w+|[0-9a-f-]{20,}|\d{4}-\d\d-\d\dT[\d:.]+Z|\d{12,}/g,
      '',
    )
    expect(told).not.toContain(String(page.rowsUsed))
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'waiting' })
  })

  test('is asked for with who together could see ours, and what an absence shows', async () => {
    const { a, id } = await asked()
    const page = await a.call('consents.page', { study: id })
    const privacy = page.parts.find((one) => one.title === 'Privacy')?.lines.join('\n')
    expect(privacy).toContain('only these count: at least 2 of them are in every sum that we are part of')
    expect(privacy).toContain('shows the others roughly what that member sent')
    expect(privacy).toContain('WARNING: this study allows sums of only three members.')
    expect(page.text).toContain(privacy)
  })

  test('cannot be given to a text that was not shown', async () => {
    const { a, id } = await asked()
    const before = await audit(a)
    await expect(decide(a, id, 'approve', { textHash: '0'.repeat(64) })).rejects.toEqual(code('text-changed'))
    await expect(a.call('consents.list', null)).resolves.toEqual([])
    await expect(audit(a)).resolves.toEqual(before)
  })

  test('cannot be given to a page that changed since it was read', async () => {
    const { a, id, dataset } = await asked()
    const { textHash } = await a.call('consents.page', { study: id })
    await importText(a, 'patients', aTable(2), dataset.id)
    await expect(decide(a, id, 'approve', { textHash })).rejects.toEqual(code('text-changed'))
  })

  test('cannot be given before a dataset is mapped, but the study can be declined', async () => {
    const { a, members } = await knowingTwo()
    const { id } = await a.call('studies.propose', aDraft(members))
    await expect(decide(a, id, 'approve')).rejects.toEqual(code('mapping-bad'))
    await expect(decide(a, id, 'decline')).resolves.toMatchObject({ consent: { grant: null } })
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'left' })
  })

  test('that ends by itself is announced at that moment', async () => {
    const { a, id } = await asked()
    await decide(a, id, 'approve', { expiresAt: Date.now() + 1200 })
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'waiting' })
    a.events.length = 0
    const told = () => Promise.resolve(a.events.map(({ event }) => event))
    await until(told, (events) => events.includes('consents.changed') && events.includes('studies.changed'))
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'needs-consent' })
  })

  test('cannot be decided twice', async () => {
    const { a, id } = await asked()
    await decide(a, id, 'approve')
    await expect(decide(a, id, 'approve')).rejects.toEqual(code('already-decided'))
    await expect(decide(a, id, 'decline')).rejects.toEqual(code('already-decided'))
    await expect(a.call('consents.list', null)).resolves.toHaveLength(1)
    expect((await audit(a)).filter((one) => one === 'consent-approve')).toHaveLength(1)
  })

  test('decided by two officers at the same moment is decided once', async () => {
    const { a, id } = await asked()
    const both = await Promise.allSettled([decide(a, id, 'approve'), decide(a, id, 'decline')])
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    await expect(a.call('consents.list', null)).resolves.toHaveLength(1)
  })

  test('takes the place of another only when it names it', async () => {
    const { a, id } = await asked()
    const first = await decide(a, id, 'approve')
    const second = await decide(a, id, 'approve', { to: 3, supersedes: first.id })
    expect(second.consent).toMatchObject({ to: 3, supersedes: first.id })
    const page = await a.call('consents.page', { study: id })
    expect(page).toMatchObject({ standingId: second.id, standing: { to: 3 } })
  })

  test('can be withdrawn once, and the study can be approved again', async () => {
    const { a, id } = await asked()
    await expect(a.call('consents.withdraw', { study: id, reason: 'x' })).rejects.toEqual(
      code('consent-missing'),
    )
    await decide(a, id, 'approve')
    await a.call('consents.withdraw', { study: id, reason: 'The ethics vote ended' })
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'left' })
    await expect(a.call('consents.withdraw', { study: id, reason: 'x' })).rejects.toEqual(
      code('already-decided'),
    )
    await decide(a, id, 'approve')
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'waiting' })
  })

  test('ends by itself, in writing, with a new version of the dataset or another mapping', async () => {
    const { a, id, dataset } = await asked()
    await decide(a, id, 'approve')
    await importText(a, 'patients', aTable(2), dataset.id)
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'needs-consent' })
    await decide(a, id, 'approve')
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'waiting' })
    const other = aMapping({ holdout: { kind: 'share', share: 0.3 } })
    await a.call('mappings.save', { study: id, dataset: dataset.id, mapping: other })
    const { state, members } = await a.call('studies.get', { id })
    const { id: me } = await own(a)
    expect({ state, answer: members.find((one) => one.id === me)?.answer }).toEqual({
      state: 'needs-consent',
      answer: 'withdrawn',
    })
    expect((await audit(a)).filter((one) => one === 'consent-ended')).toHaveLength(2)
  })

  test('stays when the same mapping is saved again, or another dataset is imported', async () => {
    const { a, id, dataset } = await asked()
    await decide(a, id, 'approve')
    await a.call('mappings.save', { study: id, dataset: dataset.id, mapping: aMapping() })
    await importText(a, 'others', aTable(2))
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'waiting' })
  })

  test('for rounds or times that the study does not have is refused', async () => {
    const { a, id } = await asked()
    const wrong = [{ to: 13 }, { from: 5, to: 4 }, { expiresAt: Date.now() + 9e9 }, { expiresAt: 5 }]
    for (const scope of wrong)
      await expect(decide(a, id, 'approve', scope)).rejects.toEqual(code('bad-request'))
    await expect(a.call('consents.list', null)).resolves.toEqual([])
  })
})
