import { randomBytes } from 'node:crypto'
import { until } from '#kit/real-clock.ts'
import { createHospital, type Hospital, startAll, studyBy } from '../../network/hospitals.ts'
import type { Attack } from '../attack.ts'

const some = 'a'.repeat(64)

/** A member of one study signs that it committed to bytes of another one, of which only their hash is known to it. */
export const attack: Attack = {
  row: 12,
  about: 'a forged commitment or certificate names the hash of another study’s bytes, and asks for them',
  async run({ quick }) {
    const all = Array.from({ length: 5 }, (_, i) => createHospital(i))
    const [ana, ben, mallory] = all as [Hospital, Hospital, Hospital]
    try {
      await startAll([ana, ben, mallory])
      const hearts = studyBy([ana, ben, all[3]!, all[4]!], 'Hearts')
      const lungs = studyBy([ana, mallory, all[3]!, all[4]!], 'Lungs')
      await until('both studies are there', () =>
        [ben.library.study(hearts.id), mallory.library.study(lungs.id)].every(Boolean),
      )
      const bytes = randomBytes(5000)
      const hash = ana.shelf.put(bytes, 'always', hearts.id)
      const lies = liesAbout(hash, lungs.id).map((body) => mallory.write(body))
      await until('the lies came', () => lies.every(({ id }) => ana.library.get(id) !== null))
      const take = (one: Hospital, study: string, ms: number) =>
        one
          .net()
          .fetch(study, hash, bytes.length, AbortSignal.timeout(ms))
          .then(
            () => true,
            () => false,
          )
      const stolen = await take(mallory, lungs.id, quick ? 1500 : 8000)
      if (!(await take(ben, hearts.id, 10_000)))
        throw new Error('A member of the study itself did not get the bytes')
      return {
        got: stolen
          ? 'the bytes of another study'
          : 'nothing: the bytes went to members of their own study alone',
        failed: stolen,
      }
    } finally {
      for (const one of [ana, ben, mallory]) await one.stop()
    }
  },
}

function liesAbout(hash: string, study: string) {
  const place = { study, round: 1, attempt: 0 }
  const outcome = { result: 'sum', roster: some, ctx: some, sum: some, artefact: hash } as const
  return [
    { kind: 'commitment', ...place, ctx: some, dataset: some, contribution: hash, mask: some } as const,
    { kind: 'certificate', ...place, outcome, auditHead: some, auditLength: 1 } as const,
  ]
}
