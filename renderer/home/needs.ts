import type { PeerView, StudyView } from '#contract/views.ts'

/** One thing that only a person here can do, with the study it is about. */
export type Need = StudyNeed | { readonly kind: 'data' | 'network' }

/** A study that waits for a person, and until when. */
export interface StudyNeed {
  readonly kind: 'consent' | 'mapping' | 'expiry' | 'refused'
  readonly study: StudyView
  readonly by: number
}

/** What the engine has told so far; undefined where it has not answered yet. */
export interface Known {
  readonly studies: readonly StudyView[] | undefined
  readonly datasets: number | undefined
  readonly peers: readonly PeerView[] | undefined
  /** Approvals in force: their study and when they end. */
  readonly approvals: readonly { readonly study: string; readonly expiresAt: number }[]
  readonly now: number
}

const SOON_MS = 7 * 24 * 3600 * 1000
const FEWEST_PEERS = 2

/** What needs a person here now, the most urgent first. */
export function needsOf(known: Known): Need[] {
  const studies = known.studies ?? []
  const asked = studies.flatMap((study): Need[] => {
    const by = study.answerBy ?? study.study.createdAt + study.study.rules.pace.answer
    if (study.state === 'needs-consent') return [{ kind: 'consent', study, by }]
    if (study.modelRefused) return [{ kind: 'refused', study, by: 0 }]
    return study.state === 'needs-mapping' ? [{ kind: 'mapping', study, by }] : []
  })
  return [...asked, ...endingSoon(studies, known), ...missingBasics(known)]
}

function endingSoon(studies: readonly StudyView[], { approvals, now }: Known): Need[] {
  return approvals.flatMap(({ study: id, expiresAt }): Need[] => {
    const study = studies.find((one) => one.id === id)
    const open = study?.state === 'running' || study?.state === 'waiting' || study?.state === 'paused'
    return study && open && expiresAt > now && expiresAt - now < SOON_MS
      ? [{ kind: 'expiry', study, by: expiresAt }]
      : []
  })
}

function missingBasics({ datasets, peers }: Known): Need[] {
  const needs: Need[] = []
  if (datasets === 0) needs.push({ kind: 'data' })
  if (peers && peers.length < FEWEST_PEERS) needs.push({ kind: 'network' })
  return needs
}
