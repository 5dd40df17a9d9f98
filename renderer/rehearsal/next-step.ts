import type { RehearsalView } from '#contract/rehearsal.ts'
import type { StudyView } from '#contract/views.ts'
import { hrefOf } from '../frame/route.ts'

/** What comes next in a rehearsal, and where it is done; without a place where it needs no one. */
export interface Step {
  readonly what:
    | 'starting'
    | 'import'
    | 'importing'
    | 'study'
    | 'map'
    | 'consent'
    | 'answers'
    | 'rounds'
    | 'results'
    | 'left'
  readonly href: string | null
}

/** What is known of a rehearsal; undefined where the engine has not answered yet. */
export interface Known {
  readonly view: RehearsalView
  readonly peers: number | undefined
  readonly datasets: number | undefined
  /** Where a file that is on its way in is looked at; null while there is none. */
  readonly importing: string | null
  readonly study: StudyView | undefined
}

/** The next step on the way from nothing to results. */
export function nextStep({ view, peers, datasets, importing, study }: Known): Step | null {
  if (peers === undefined || datasets === undefined) return null
  if (importing !== null) return { what: 'importing', href: importing }
  if (datasets === 0) return { what: 'import', href: null }
  if (peers < view.hospitals.length) return { what: 'starting', href: null }
  return study ? stepOf(study) : { what: 'study', href: null }
}

function stepOf({ id, state }: StudyView): Step {
  if (state === 'needs-mapping') return { what: 'map', href: hrefOf('mapping', id) }
  if (state === 'needs-consent') return { what: 'consent', href: hrefOf('consents', id) }
  if (state === 'waiting') return { what: 'answers', href: hrefOf('studies', id) }
  if (state === 'finished') return { what: 'results', href: hrefOf('results', id) }
  if (state === 'left') return { what: 'left', href: hrefOf('propose') }
  return { what: 'rounds', href: hrefOf('rounds', id) }
}
