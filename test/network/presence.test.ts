import { expect, test } from 'vitest'
import type { InstitutionId } from '#domain/values.ts'
import { createPresence } from '#network/rounds/presence.ts'

const [me, ann, ben] = ['A', 'B', 'C'].map((letter) => `12D3KooW${letter.repeat(44)}`) as [
  string,
  string,
  string,
]

function world() {
  let ticks = 0
  let connected: InstitutionId[] = [ann]
  const ports = {
    clock: { ticks: () => ticks },
    gossip: { connected: () => connected },
    signer: { id: me },
  } as unknown as Parameters<typeof createPresence>[0] // safe: nothing else of the ports is used
  const presence = createPresence(ports)
  return {
    presence,
    lose: () => (connected = []),
    later: (ms: number) => (ticks += ms),
  }
}

test('a member that is lost is waited for a moment and no longer, also when nobody had asked while it was there', () => {
  const { presence, lose, later } = world()
  presence.look()
  lose()
  later(2000)
  presence.look()
  expect(presence.expects(ann, [me, ann, ben])).toBe(true)
  later(1500)
  presence.look()
  expect(presence.expects(ann, [me, ann, ben])).toBe(false)
})

test('a member that was never connected is expected when it was in the latest sum: others reach it', () => {
  const { presence } = world()
  presence.look()
  expect(presence.expects(ben, [me, ann, ben])).toBe(true)
  expect(presence.expects(ben, [me, ann])).toBe(false)
  expect(presence.expects(ben, null)).toBe(true)
})
