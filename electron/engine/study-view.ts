import type { Held, MemberView, StudyView } from '#contract/views.ts'
import type { Document } from '#domain/documents.ts'
import { standingConsent, type ConsentFile } from '#domain/permission.ts'
import { nextRound, standing, trainedIn } from '#domain/round.ts'
import type { Hash } from '#domain/values.ts'
import { smallestRoster, type Study } from '#domain/study.ts'
import type { RoundState } from '#network/rounds/state.ts'
import { holdOf, isPaused } from '#store/participations.ts'
import { bytesSentIn } from '#store/rounds.ts'
import { answerOf, consentFileOf } from './consent-files.ts'
import type { Data } from './data.ts'
import { endedByChange } from './ending.ts'
import type { Past } from './histories.ts'
import { modelOf } from './lineage.ts'
import type { Ports } from './ports.ts'

/** What a study's view is derived from. */
export interface ViewPorts extends Pick<
  Ports,
  'db' | 'library' | 'signer' | 'clock' | 'histories' | 'connected'
> {
  readonly data: Data
  readonly roundState: (study: string) => RoundState | null
  readonly held: () => Held | null
}

/** Where a study stands at this institution, derived from signed documents and our own records. */
export function viewStudy(ports: ViewPorts, document: Document<Study>): StudyView {
  const { id, author, body: study } = document
  const history = ports.histories.of(id)
  const file = consentFileOf(ports.library, document)
  const next = nextRound(study, history)
  const state = stateOf(ports, file, history)
  const { line, fallen } = standing(study, history)
  const sums = history.filter((one) => one.outcome.result === 'sum')
  return {
    id,
    author,
    study,
    state,
    members: membersOf(ports, file),
    round: state === 'finished' ? history.length : (next?.round ?? history.length),
    roundKind: state === 'finished' ? null : (next?.kind ?? null),
    trained: trainedIn(line),
    rolledBack: fallen.filter((one) => one.fate === 'voted-down').length,
    setAside: fallen.filter((one) => one.fate === 'set-aside').length,
    voided: history.length - sums.length,
    modelHash: modelOf(ports, id),
    bytesSent: bytesSentIn(ports.db, id),
    waitsFor: state === 'waiting' ? wantingFor(ports, document) : 0,
    held: state === 'running' || state === 'waiting' ? ports.held() : null,
    answerBy: study.createdAt + study.rules.pace.answer,
    modelRefused: isRefused(ports, id, state),
  }
}

/** Whether our trainer refused the shared model, and no person has decided since. */
function isRefused({ db }: ViewPorts, id: Hash, state: StudyView['state']): boolean {
  return state === 'paused' && holdOf(db, id) === 'model-refused'
}

function stateOf(ports: ViewPorts, file: ConsentFile, history: readonly Past[]): StudyView['state'] {
  const { study } = file
  const now = ports.clock.now()
  if (!nextRound(study.body, history) || now >= study.body.expiresAt) return 'finished'
  const wanting = wantingOf(ports, file, now)
  if (wanting) return wanting
  if (isPaused(ports.db, study.id)) return 'paused'
  const begun = history.length > 0 || ports.library.ofRound(study.id, 1).length > 0
  return begun && wantingFor(ports, study) === 0 ? 'running' : 'waiting'
}

/** How many members more a round under way needs to be there before it can go on. */
function wantingFor({ roundState }: ViewPorts, { id, body }: Document<Study>): number {
  const state = roundState(id)
  if (!state) return 0
  const there = state.members.filter((one) => one.state !== 'missing' && one.reason === null).length
  return Math.max(0, smallestRoster(body) - there)
}

/** What a study wants of us before it can go on here; null when we take part. */
function wantingOf({ data, signer }: ViewPorts, file: ConsentFile, now: number) {
  const answer = answerOf(file, signer.id, now)
  const standing = standingConsent(file, signer.id)
  if (answer === 'declined') return 'left'
  if (answer === 'withdrawn' && standing && !endedByChange(file, standing.id)) return 'left'
  const choice = data.chosen(file.study.id)
  if (!choice) return 'needs-mapping'
  const isCovered = answer === 'approved' && standing?.body.grant?.dataset === choice.key
  return isCovered ? null : 'needs-consent'
}

function membersOf({ clock, connected, signer }: ViewPorts, file: ConsentFile): MemberView[] {
  const present = new Set<string>([signer.id, ...connected()])
  return file.study.body.members.map(({ id, name }) => ({
    id,
    name,
    answer: answerOf(file, id, clock.now()),
    weight: standingConsent(file, id)?.body.grant?.weight ?? null,
    connected: present.has(id),
  }))
}
