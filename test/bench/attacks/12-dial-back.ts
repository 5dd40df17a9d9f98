import { setTimeout as sleep } from 'node:timers/promises'
import { askToDialAt, aService, aVictimAndAMember } from '../../network/asking.ts'
import type { Attack } from '../attack.ts'

/** Others than the asker: where it is connected from is 127.0.0.1. */
const INSIDE = ['127.0.0.2', '127.0.0.3', '127.0.0.4']
/** A member is dialled back no more often than every five seconds. */
const PAUSE_MS = 5200

/** A paired member announces addresses inside the hospital's network, and asks to be dialled there. */
export const attack: Attack = {
  row: 12,
  about: 'a paired member has another hospital knock at addresses inside its network, and times the answers',
  async run({ quick }) {
    const { victim, member } = await aVictimAndAMember()
    const services = await Promise.all(
      INSIDE.slice(0, quick ? 1 : 3).map((host) => aService(host).then((one) => ({ host, ...one }))),
    )
    try {
      const answers: { reached: boolean; ms: number }[] = []
      const targets = [
        ...services.map(({ host, port }) => `/ip4/${host}/tcp/${port}`),
        '/ip4/127.0.0.9/tcp/1',
      ]
      for (const target of targets) {
        answers.push(await askToDialAt(victim, member, [target]))
        await sleep(PAUSE_MS)
      }
      const knocks = services.reduce((sum, one) => sum + one.knocks.length, 0)
      const reached = answers.filter((one) => one.reached).length
      const apart = Math.round(
        Math.max(...answers.map((one) => one.ms)) - Math.min(...answers.map((one) => one.ms)),
      )
      const got = `${knocks} knocks at ${services.length} services inside, ${reached} said to be reached; answers for open and closed ports within ${apart} ms of each other`
      return { got, failed: knocks + reached > 0 || apart > 1000 }
    } finally {
      for (const one of services) one.close()
      await victim.stop()
    }
  },
}
