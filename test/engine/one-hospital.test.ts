import { afterEach, describe, expect, test } from 'vitest'
import { aMapping } from './a-study.ts'
import { aDraft, aTable, decide, takePart } from './chest-pain.ts'
import { closeAll, importText, openHospital } from './hospital.ts'
import { audit, knowingTwo, strange } from './knowing.ts'

afterEach(closeAll)

/** An error with this code. */
const code = (name: string) => expect.objectContaining({ code: name })

describe('an invitation', () => {
  test('of our own is refused, and nothing is changed', async () => {
    const a = await openHospital('Aue')
    const { code: own } = await a.call('institution.invite', null)
    await expect(a.call('peers.read', { code: own })).rejects.toEqual(code('same-key'))
    await expect(a.call('peers.confirm', { code: own })).rejects.toEqual(code('same-key'))
    await expect(a.call('peers.list', null)).resolves.toEqual([])
  })

  test('says whose it is and what it is for before anybody confirms', async () => {
    const [a, b] = await Promise.all(['Aue', 'Buch'].map((name) => openHospital(name)))
    if (!a || !b) throw new Error('Two were opened')
    const fromA = await a.call('institution.invite', null)
    const fromB = await b.call('institution.invite', null)
    const seenByB = await b.call('peers.read', { code: fromA.code })
    const seenByA = await a.call('peers.read', { code: fromB.code })
    expect([seenByA.known, seenByB.purpose]).toEqual(['no', 'pairing'])
    expect(seenByB).toMatchObject({ name: 'Aue', known: 'no' })
    await expect(b.call('peers.list', null)).resolves.toEqual([])
  })

  test('that was damaged is refused', async () => {
    const a = await openHospital('Aue')
    await expect(a.call('peers.confirm', { code: 'murmuration1:abc' })).rejects.toEqual(
      code('invitation-bad'),
    )
  })
})

describe('a study', () => {
  test('with somebody we do not know is refused, and nothing is changed', async () => {
    const { a, members } = await knowingTwo()
    const before = await audit(a)
    const draft = aDraft([...members, strange('Dachau').member])
    await expect(a.call('studies.propose', draft)).rejects.toEqual(code('study-bad'))
    await expect(a.call('studies.list', null)).resolves.toEqual([])
    await expect(audit(a)).resolves.toEqual(before)
  })

  test('lists its members in one order whoever wrote it, and is still there after a restart', async () => {
    const { a, members } = await knowingTwo()
    const { id, study, state } = await a.call('studies.propose', aDraft(members.toReversed()))
    const ids = study.members.map((one) => one.id)
    expect(ids).toEqual(ids.toSorted())
    expect(state).toBe('needs-mapping')
    await a.restart()
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ id, study, state: 'needs-mapping' })
    await expect(a.call('peers.list', null)).resolves.toHaveLength(2)
  })

  test('stays paused over a restart until it is resumed', async () => {
    const { a, members } = await knowingTwo()
    const { id } = await a.call('studies.propose', aDraft(members))
    await takePart(a, id, 1)
    await decide(a, id, 'approve')
    await a.call('studies.pause', { id })
    await a.restart()
    await expect(a.call('studies.get', { id })).resolves.toMatchObject({ state: 'paused' })
    await expect(a.call('studies.resume', { id })).resolves.toMatchObject({ state: 'waiting' })
  })
})

describe('a mapping', () => {
  /** A study at an institution, and a function that imports a table and checks it under a mapping. */
  async function mapping() {
    const { a, members } = await knowingTwo()
    const { id: study } = await a.call('studies.propose', aDraft(members))
    async function check(table: string, given = aMapping()) {
      const dataset = await importText(a, 'patients', table)
      const input = { study, dataset: dataset.id, mapping: given }
      return { input, found: await a.call('mappings.check', input) }
    }
    return { a, study, check }
  }

  test('is checked against our own rows before it is saved', async () => {
    const { a, study, check } = await mapping()
    const { input, found } = await check(aTable(1))
    expect(found.findings).toEqual([])
    expect(found.trainRows + found.testRows).toBe(120)
    expect(found.testRows).toBeGreaterThan(10)
    await expect(a.call('mappings.get', { study })).resolves.toMatchObject({ mapping: null, dataset: null })
    await a.call('mappings.save', input)
    await expect(a.call('mappings.get', { study })).resolves.toMatchObject(found)
    await expect(a.call('studies.get', { id: study })).resolves.toMatchObject({ state: 'needs-consent' })
  })

  test('that cannot give the study its variables is refused and not saved', async () => {
    const { a, study, check } = await mapping()
    const wrong = [
      ['column-missing', aTable(1).replace('age,', 'years,'), aMapping()],
      ['rows-too-few', aTable(1, 15), aMapping()],
      ['mapping-bad', aTable(1).replaceAll(/^\d+,/gm, 'old,'), aMapping()],
      ['mapping-bad', aTable(1), aMapping({ outcome: { rule: 'number', column: 'num', scale: null } })],
    ] as const
    for (const [expected, table, given] of wrong) {
      const { input, found } = await check(table, given)
      expect(found.findings.some((one) => one.severity === 'error')).toBe(true)
      await expect(a.call('mappings.save', input)).rejects.toEqual(code(expected))
    }
    await expect(a.call('mappings.get', { study })).resolves.toMatchObject({ mapping: null })
  })

  test('that holds out too few rows to judge a model says so before anybody approves', async () => {
    const { a, study, check } = await mapping()
    const share = aMapping({ holdout: { kind: 'share', share: 0.05 } })
    const { input, found } = await check(aTable(1, 40), share)
    const few = found.findings.find((one) => one.code === 'held-out-few')
    expect(few).toMatchObject({ severity: 'warning', variable: null })
    expect(few?.detail).toContain('judging the shared model needs 10')
    // Of how many rows a draw of one in twenty takes one, two ... ten with 99%, by the binomial distribution of scipy.
    const enough = [90, 130, 165, 198, 229, 259, 288, 316, 344, 371][9 - found.testRows]
    expect(few?.detail).toContain(`With ${enough} more rows`)
    await a.call('mappings.save', input)
    const { parts } = await a.call('consents.page', { study })
    expect(parts.find((one) => one.number === 3)?.lines).toContain(`WARNING: ${few?.detail}`)
    const { found: many } = await check(aTable(1, 1000), share)
    expect(many.findings).toEqual([])
    const named = aMapping({ holdout: { kind: 'rows', rows: [1, 2, 3] } })
    const { found: byName } = await check(aTable(1, 40), named)
    expect(byName.findings.map((one) => one.detail).join()).toContain('Name at least 7 more rows')
  })

  test('says what is odd in counts; values are listed apart, for the steward', async () => {
    const { check } = await mapping()
    const { found } = await check(
      aTable(1)
        .replaceAll(/^3\d,/gm, '390,')
        .replaceAll(/,3,(\d)$/gm, ',7,$1'),
    )
    const codes = found.findings.map((one) => [one.severity, one.variable, one.code])
    expect(codes).toContainEqual(['warning', 'age', 'outside-range'])
    expect(codes).toContainEqual(['error', 'pain', 'unnamed-values'])
    expect(found.unnamed).toMatchObject([{ variable: 'pain', stops: true, values: [{ value: '7' }] }])
    expect(JSON.stringify(found.findings)).not.toContain('390')
  })
})

describe('a dataset', () => {
  test('that an approval rests on cannot be removed before the approval is withdrawn', async () => {
    const { a, members } = await knowingTwo()
    const { id } = await a.call('studies.propose', aDraft(members))
    const dataset = await takePart(a, id, 1)
    await decide(a, id, 'approve')
    await expect(a.call('datasets.remove', { id: dataset.id })).rejects.toEqual(code('dataset-in-use'))
    await expect(a.call('datasets.list', null)).resolves.toHaveLength(1)
    await a.call('consents.withdraw', { study: id, reason: 'The table is wrong' })
    await a.call('datasets.remove', { id: dataset.id })
    await expect(a.call('datasets.list', null)).resolves.toEqual([])
    await expect(a.call('datasets.get', { id: dataset.id })).rejects.toEqual(code('not-found'))
  })

  test('of no rows or no bytes never appears', async () => {
    const a = await openHospital('Aue')
    await expect(importText(a, 'x', 'age,sex\n')).rejects.toEqual(code('file-no-rows'))
    await expect(importText(a, 'x', '')).rejects.toEqual(code('file-empty'))
    await expect(a.call('datasets.list', null)).resolves.toEqual([])
  })
})

test('a disk that is full refuses an import in one sentence and leaves nothing of it', async () => {
  const a = await openHospital('Aue', () => 0, 120)
  // Numbers that are all different: nothing about them can be stored once for many rows.
  const numbers = Array.from({ length: 90_000 }, (_, row) => ((row * Math.SQRT2) % 1).toFixed(7))
  await expect(importText(a, 'x', ['x', ...numbers, ''].join('\n'))).rejects.toEqual(code('disk-full'))
  await expect(a.call('datasets.list', null)).resolves.toEqual([])
  await expect(importText(a, 'x', aTable(1))).resolves.toMatchObject({ rows: 120 })
})
