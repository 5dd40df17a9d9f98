import type { StudyDraft } from '#contract/calls.ts'
import type { StudyView } from '#contract/views.ts'
import type { Study } from '#domain/study.ts'
import { checkStudy } from '#domain/study-check.ts'
import type { Hash } from '#domain/values.ts'
import { listPeers } from '#store/peers.ts'
import { publish } from './author.ts'
import { studyIn } from './consent-files.ts'
import { createParticipation, type Taking } from './participation.ts'
import { shapesOf } from './study-shapes.ts'
import { startOf } from './versions.ts'
import { viewStudy, type ViewPorts } from './study-view.ts'

/** Studies: signed, immutable plans, and where each stands here. */
export function createStudies(ports: ViewPorts & Taking) {
  const { db, library, signer, clock, announce, rounds } = ports

  function get({ id }: { id: Hash }): StudyView {
    return viewStudy(ports, studyIn(library, id))
  }

  function list(): StudyView[] {
    const studies = library.studies().flatMap((id) => library.study(id) ?? [])
    return studies.toSorted((a, b) => b.body.createdAt - a.body.createdAt).map((one) => viewStudy(ports, one))
  }

  /** Signs a study and offers it to its members. Throws 'study-bad' with the first thing that is wrong with it. */
  function propose(draft: StudyDraft): StudyView {
    const previous = draft.previous === null ? null : studyIn(library, draft.previous).body
    const now = clock.now()
    const plain: Study = {
      ...draft,
      kind: 'study',
      version: (previous?.version ?? 0) + 1,
      members: draft.members.toSorted((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id))),
      createdAt: now,
    }
    const start = startOf(ports, plain)
    const study = start ? { ...plain, start } : plain
    const known = new Set(listPeers(db).map((one) => one.id))
    checkStudy(study, { me: signer.id, known, now, previous, shapes: shapesOf(study) })
    const happening = {
      time: now,
      actor: ports.name,
      action: 'study-proposed',
      outcome: `version ${study.version}`,
    }
    const { id } = publish(ports, study, happening)
    rounds.watch(id)
    announce({ event: 'studies.changed', study: id })
    return get({ id })
  }

  return { get, list, propose, ...createParticipation(ports, get) }
}
