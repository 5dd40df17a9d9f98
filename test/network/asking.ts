import { type AddressInfo, createServer } from 'node:net'
import { realClock, until } from '#kit/real-clock.ts'
import { HELLO, sayHello } from '#network/protocols/hello.ts'
import { askToDial, REACH } from '#network/protocols/reach.ts'
import { createHospital, type Hospital } from './hospitals.ts'
import { dialAs } from './raw.ts'

/** A service at an address of this machine, and what knocked there. */
export async function aService(host: string) {
  const knocks: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', (bytes) => knocks.push(bytes.toString('latin1')))
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  return { knocks, port, close: () => void server.close() }
}

/** A running hospital that knows one member, who may connect from anywhere. */
export async function aVictimAndAMember(): Promise<{ victim: Hospital; member: Hospital }> {
  const [victim, member] = [createHospital(0), createHospital(1)]
  await victim.start()
  victim.known.set(member.id, { ...member.peer(), addresses: [] })
  await until('it looks after the member', () => victim.net().peer(member.id) !== null)
  return { victim, member }
}

/** Announces addresses to a hospital as this member and asks it to dial back: its answer and how long it took. */
export async function askToDialAt(victim: Hospital, member: Hospital, addresses: string[]) {
  const raw = await dialAs(member.identity, victim)
  try {
    const own = { name: 'M', protocol: 1, time: Date.now(), instance: 'A'.repeat(43), addresses }
    await sayHello(await raw.open(HELLO), own, realClock)
    const began = performance.now()
    const reached = await askToDial(await raw.open(REACH))
    return { reached, ms: performance.now() - began }
  } finally {
    await raw.stop()
  }
}
