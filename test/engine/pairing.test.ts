import { afterEach, expect, test } from 'vitest'
import { closeAll, openHospital, until, type Hospital } from './hospital.ts'
import { audit } from './knowing.ts'

afterEach(closeAll)

const view = (one: Hospital) => one.call('pairing.get', null)
const stage = async (one: Hospital) => (await view(one))?.stage

test('two hospitals see the same six words, confirm on both sides, and know each other', async () => {
  const [a, b] = [await openHospital('Aue'), await openHospital('Buch')]
  const { code, stage: first } = await a.call('pairing.invite', null)
  expect(first).toBe('waiting')
  const atB = await b.call('pairing.join', { code: code ?? '' })
  const atA = await until(
    () => view(a),
    (one) => one?.stage === 'comparing',
  )
  expect(atA?.words).toEqual(atB.words)
  expect(atB.words).toHaveLength(6)
  expect([atA?.peer?.name, atB.peer?.name]).toEqual(['Buch', 'Aue'])

  await a.call('pairing.confirm', null)
  expect(await stage(a)).toBe('confirming')
  expect(await a.call('peers.list', null)).toEqual([])
  await b.call('pairing.confirm', null)
  for (const one of [a, b]) {
    await until(
      () => one.call('peers.list', null),
      (peers) => peers[0]?.connected === true,
    )
    expect(await stage(one)).toBe('done')
    expect(await audit(one)).toContain('peer-confirmed')
  }
})

test('a code is good once, and other words on one side end it on both', async () => {
  const [a, b, c] = [await openHospital('Aue'), await openHospital('Buch'), await openHospital('Calw')]
  const { code } = await a.call('pairing.invite', null)
  await b.call('pairing.join', { code: code ?? '' })
  await until(
    () => stage(a),
    (one) => one === 'comparing',
  )
  await expect(c.call('pairing.join', { code: code ?? '' })).rejects.toMatchObject({ code: 'code-not-open' })
  expect(await a.call('pairing.differ', null)).toMatchObject({ stage: 'failed', trouble: 'words-differ' })
  await b.call('pairing.confirm', null)
  const ended = await until(
    () => view(b),
    (one) => one?.stage === 'failed',
  )
  expect(ended?.trouble).toBe('words-differ')
  expect([await a.call('peers.list', null), await b.call('peers.list', null)]).toEqual([[], []])
  await expect(b.call('pairing.confirm', null)).rejects.toMatchObject({ code: 'not-found' })
})

test('who stops without a word of the words is not taken for somebody in between', async () => {
  const [a, b] = [await openHospital('Aue'), await openHospital('Buch')]
  const { code } = await a.call('pairing.invite', null)
  await b.call('pairing.join', { code: code ?? '' })
  await until(
    () => stage(a),
    (one) => one === 'comparing',
  )
  await a.call('pairing.refuse', null)
  await b.call('pairing.confirm', null)
  const ended = await until(
    () => view(b),
    (one) => one?.stage === 'failed',
  )
  expect(ended?.trouble).toBe('not-confirmed')
})
