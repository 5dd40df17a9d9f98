import { afterEach, expect, test } from 'vitest'
import { createDialBack } from '#network/dialling-back.ts'
import { multiaddr } from '@multiformats/multiaddr'
import { askToDialAt, aService, aVictimAndAMember } from './asking.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

test('a member that announces others’ addresses has nobody there knocked at, and time tells it nothing', async () => {
  const { victim, member } = await aVictimAndAMember()
  stops.push(victim.stop)
  const inside = await aService('127.0.0.2')
  stops.push(inside.close)
  const open = await askToDialAt(victim, member, [
    `/ip4/127.0.0.2/tcp/${inside.port}`,
    '/dns4/localhost/tcp/22',
  ])
  expect(open.reached).toBe(false)
  expect(inside.knocks).toEqual([])
  expect(open.ms).toBeGreaterThan(3900)
  expect(open.ms).toBeLessThan(8000)
}, 20_000)

test('a closed port and one that answers nonsense look the same to who asks', async () => {
  const { victim, member } = await aVictimAndAMember()
  stops.push(victim.stop)
  const closed = await askToDialAt(victim, member, ['/ip4/127.0.0.1/tcp/1'])
  expect(closed.reached).toBe(false)
  expect(closed.ms).toBeGreaterThan(3900)
}, 20_000)

test('of a member’s own machine a few ports are tried for as long as we run', () => {
  const placesOf = createDialBack()
  const there = (address: string) => [{ remoteAddr: multiaddr(address) }] as never // nothing else is looked at
  const at = (port: number) => `/ip4/192.0.2.7/tcp/${port}`
  const connected = there(at(40_000))
  expect(placesOf('m', connected, [at(4001)])).toEqual([at(4001)])
  expect(placesOf('m', connected, [at(4001) + '/p2p/x', at(22), at(80), at(443)])).toEqual([
    at(4001),
    at(22),
    at(80),
  ])
  expect(placesOf('m', connected, [at(443), at(22)])).toEqual([at(22)])
  expect(placesOf('n', connected, ['/ip4/10.0.0.1/tcp/22', '/ip6/::1/tcp/22', at(1) + '/ws', 'x'])).toEqual(
    [],
  )
  const relayed = there(`${at(4001)}/p2p/12D3KooWGjLvVVZ7r4mAEaHLzWZCjG1Vk8yNw2pFwGmTRYMCHb5z/p2p-circuit`)
  expect(placesOf('o', relayed, [at(4001)])).toEqual([])
  expect(placesOf('p', there('/ip6/::ffff:192.0.2.7/tcp/5'), [at(4001)])).toEqual([at(4001)])
})
