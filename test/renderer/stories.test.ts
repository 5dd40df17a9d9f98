import { expect, test } from 'vitest'
import { isChain } from '#renderer/audit/chain.ts'
import { asCsv, asTabs } from '#renderer/charts/table-data.ts'
import { isWarning, pieces } from '#renderer/consents/line-pieces.ts'
import { decisionOf, endOf, problemsOf, roundsOf, type DecisionForm } from '#renderer/consents/decision.ts'
import { inForce, latestOf } from '#renderer/consents/standing.ts'
import { hrefOf, readRoute } from '#renderer/frame/route.ts'
import { needsOf } from '#renderer/home/needs.ts'
import { windowOf } from '#renderer/parts/window-rows.ts'
import { ring, twoLines } from '#renderer/rounds/ring.ts'
import { en } from '#renderer/words/en.ts'
import { createFormat } from '#renderer/words/format.ts'
import { lengthen } from '#renderer/words/lengthen.ts'
import { errorCodes } from '#domain/errors.ts'
import { consentPageOf } from './double-consent.ts'
import { DAY, hashOf, keyOf, NOW, US, viewOf } from './double-world.ts'

const aForm = (change: Partial<DecisionForm> = {}): DecisionForm => ({
  scope: 'standing',
  count: 10,
  lastDay: '2027-01-15',
  name: 'Dr. Moreau',
  role: 'Governance',
  second: false,
  secondName: '',
  secondRole: '',
  ...change,
})

test('an address names a screen and what it shows, and anything unknown is Home', () => {
  expect(readRoute(hrefOf('studies', hashOf(1)))).toEqual({ screen: 'studies', id: hashOf(1) })
  expect(readRoute('#/consents')).toEqual({ screen: 'consents', id: null })
  expect(readRoute('#/admin/<script>')).toEqual({ screen: 'home', id: null })
  expect(readRoute('#/studies/../../x')).toEqual({ screen: 'studies', id: null })
})

test('Home asks for consent first, then for what is missing to begin at all', () => {
  const asked = viewOf(22, 'Stroke', 5, 'needs-consent', 0)
  const running = viewOf(20, 'Heart', 4, 'running', 9)
  const known = { studies: [running, asked], datasets: 0, peers: [], now: NOW, approvals: [] }
  expect(needsOf(known).map((one) => one.kind)).toEqual(['consent', 'data', 'network'])
  const soon = [{ study: running.id, expiresAt: NOW + 2 * DAY }]
  expect(
    needsOf({ ...known, approvals: soon, datasets: 1, peers: undefined }).map((one) => one.kind),
  ).toEqual(['consent', 'expiry'])
  expect(needsOf({ ...known, studies: [running], datasets: undefined, peers: undefined })).toEqual([])
})

test('an approval covers the rounds that were chosen and never outlives the study', () => {
  const view = viewOf(22, 'Stroke', 5, 'needs-consent', 11)
  expect(roundsOf(aForm(), view)).toEqual({ from: 12, to: 80 })
  expect(roundsOf(aForm({ scope: 'single' }), view)).toEqual({ from: 12, to: 12 })
  expect(roundsOf(aForm({ scope: 'some', count: 10 }), view)).toEqual({ from: 12, to: 21 })
  expect(roundsOf(aForm({ scope: 'some', count: 5000 }), view)).toEqual({ from: 12, to: 80 })
  expect(endOf('2099-01-01', view.study.expiresAt)).toBe(view.study.expiresAt)
})

test('a decision names the person, the text that was shown and the answer it replaces', () => {
  const view = viewOf(22, 'Stroke', 5, 'needs-consent', 0)
  const page = consentPageOf(view, null)
  const decision = decisionOf('decline', aForm(), {
    view,
    page,
    authenticated: 'keychain',
    reason: 'No DPIA',
  })
  expect(decision).toMatchObject({
    decision: 'decline',
    textHash: page.textHash,
    supersedes: null,
    reason: 'No DPIA',
  })
  expect(decision.decidedBy).toEqual({ name: 'Dr. Moreau', role: 'Governance', authenticated: 'keychain' })
  expect(
    Object.keys(problemsOf(aForm({ name: ' ', second: true, lastDay: '2020-01-01' }), view, NOW)),
  ).toEqual(['name', 'secondName', 'lastDay'])
  expect(problemsOf(aForm({ lastDay: '' }), view, NOW)).toHaveProperty('lastDay')
})

test('a later answer takes the place of an earlier one', () => {
  const page = {
    id: hashOf(1),
    author: US,
    consent: { decision: 'approve', supersedes: null, decidedAt: 1, expiresAt: 9 },
  }
  const later = {
    id: hashOf(2),
    author: US,
    consent: { ...page.consent, supersedes: hashOf(1), decidedAt: 2 },
  }
  const other = { ...page, id: hashOf(3), author: keyOf(4) }
  const all = [page, later, other] as unknown as Parameters<typeof latestOf>[0] // only what the rule reads
  expect(latestOf(all, US).map((one) => one.id)).toEqual([hashOf(2)])
  expect(inForce(all, US, 5)).toHaveLength(1)
  expect(inForce(all, US, 9)).toHaveLength(0)
})

test('every line of the consent page is shown whole, however it is set', () => {
  const page = consentPageOf(viewOf(22, 'Stroke', 5, 'needs-consent', 0), null)
  const lines = page.parts.flatMap((part) => part.lines)
  for (const line of lines)
    expect(
      pieces(line)
        .map((one) => one.text)
        .join(''),
    ).toBe(line)
  expect(lines.flatMap(pieces).map((one) => one.as)).toEqual(
    expect.arrayContaining(['code', 'day', 'name', 'words']),
  )
  expect(lines.filter(isWarning).length).toBeGreaterThan(0)
})

test('a table that is copied or saved runs no formula in a spreadsheet', () => {
  const table = {
    head: ['hospital', 'AUC'],
    rows: [
      ['=HYPERLINK("x")', 0.88],
      ['a,"b"', null],
      ['-1+1', -0.5],
    ],
  }
  expect(asCsv(table)).toBe('hospital,AUC\r\n"\'=HYPERLINK(""x"")",0.88\r\n"a,""b""",\r\n\'-1+1,-0.5\r\n')
  expect(asTabs({ head: ['a\tb'], rows: [['x\ny']] })).toBe('a b\nx y')
})

test('a long table draws a window and leaves the right room around it', () => {
  expect(windowOf(1_000_000, 37, 0, 620)).toMatchObject({ first: 0, above: 0 })
  const { first, last, above, below } = windowOf(1_000_000, 37, 37 * 500_000, 620)
  expect(last - first).toBeLessThan(60)
  expect(above + (last - first) * 37 + below).toBe(37 * 1_000_000)
  expect(windowOf(3, 37, 9999, 620)).toEqual({ first: 0, last: 3, above: 0, below: 0 })
})

test('a log with an entry taken out is no chain', () => {
  const entry = (seq: number) => ({ seq, hash: hashOf(seq), prevHash: hashOf(seq - 1) })
  const log = [1, 2, 3].map(entry) as unknown as Parameters<typeof isChain>[0] // only what the rule reads
  expect(isChain(log)).toBe(true)
  expect(isChain(log.filter((one) => one.seq !== 2))).toBe(false)
})

test('hospitals fly inside their picture, whether 3 or 49', () => {
  for (const members of [3, 10, 49]) {
    for (const { x, y } of ring(members, 560, 420)) {
      expect(x).toBeGreaterThan(60)
      expect(x).toBeLessThan(500)
      expect(y).toBeGreaterThan(20)
      expect(y).toBeLessThan(350)
    }
  }
  expect(twoLines('Lakeside University Hospital')).toEqual(['Lakeside University', 'Hospital'])
})

test('every failure says what happened, what it means for the data and what to do', () => {
  for (const code of errorCodes) {
    const { what, data, todo } = en.errors[code]
    expect(what && data && todo).toBeTruthy()
    expect(`${what}${data}${todo}`).not.toMatch(/!|oops/i)
  }
})

test('the long language is longer by two fifths, inside functions too', () => {
  const long = lengthen(en)
  expect(long.screens.home.length).toBeGreaterThanOrEqual(en.screens.home.length * 1.4)
  expect(long.frame.connected(3, 4).length).toBeGreaterThanOrEqual(en.frame.connected(3, 4).length * 1.4)
  expect(long.locale).toBe(en.locale)
})

test('sizes, times and shares are written for people', () => {
  const format = createFormat('en-GB')
  expect([format.bytes(288), format.bytes(1234), format.bytes(5.2e9)]).toEqual([
    '288 bytes',
    '1.2 kB',
    '5.2 GB',
  ])
  expect([format.duration(640), format.duration(74_000), format.duration(3 * DAY)]).toEqual([
    '640 ms',
    '1 min',
    '3 days',
  ])
  expect(format.share(1, 8)).toBe('12.5%')
  expect(format.share(0, 0)).toBe('–')
  expect(format.ago(NOW - 3 * 3_600_000, NOW)).toBe('3 hours ago')
})
