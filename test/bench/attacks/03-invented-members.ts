import type { Study } from '#domain/study.ts'
import type { Document } from '#domain/documents.ts'
import { aDraft, decide, takePart } from '../../engine/chest-pain.ts'
import { closeAll, openHospital, until } from '../../engine/hospital.ts'
import { leadToCommitment, openPuppets } from '../../engine/puppets.ts'
import type { Attack } from '../attack.ts'

/** One institution that the victim has confirmed fills its study with keys of its own. */
export const attack: Attack = {
  row: 3,
  about: 'the proposer invents a member; the victim has confirmed one institution only, and approves',
  async run() {
    const victim = await openHospital('Victim')
    const puppets = await openPuppets(victim, { confirmed: 1 })
    try {
      const { previous, ...draft } = aDraft(puppets.members)
      const study = puppets.write(puppets.signers[0]!, {
        ...draft,
        ...{ kind: 'study', version: 1, previous, createdAt: Date.now() },
        members: draft.members.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      } satisfies Study) as Document<Study> // it was written from one
      await until(
        () => victim.call('studies.list', null),
        (list) => list.some((one) => one.id === study.id),
      )
      await takePart(victim, study.id, 7)
      const page = await victim.call('consents.page', { study: study.id })
      await decide(victim, study.id, 'approve')
      const led = await leadToCommitment(puppets, study).catch(() => null)
      const isSaid = page.text.includes('We have confirmed 1 of the 2 other members ourselves')
      const said = isSaid ? 'the page says so before' : 'the page does not say so'
      const got = led ? "the victim's exact statistics" : `nothing: no number leaves the victim, and ${said}`
      return { got, failed: led !== null || !isSaid }
    } finally {
      await puppets.stop()
      await closeAll()
    }
  },
}
