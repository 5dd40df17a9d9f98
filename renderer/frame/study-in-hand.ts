import type { StudyView } from '#contract/views.ts'
import type { Route } from './route.ts'

const urgency: Record<StudyView['state'], number> = {
  running: 0,
  'needs-consent': 1,
  'needs-mapping': 2,
  waiting: 3,
  paused: 4,
  finished: 5,
  left: 6,
}

/** The study that the address names, else the one chosen last, else the one in which most is happening. */
export function studyInHand(
  studies: readonly StudyView[],
  route: Route,
  chosen: string | null,
): StudyView | undefined {
  const named = (id: string | null) => studies.find((one) => one.id === id)
  const lively = studies.toSorted(
    (a, b) => urgency[a.state] - urgency[b.state] || b.study.createdAt - a.study.createdAt,
  )
  return named(route.id) ?? named(chosen) ?? lively[0]
}
