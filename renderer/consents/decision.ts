import type { Input } from '#contract/calls.ts'
import type { ConsentPage, StudyView } from '#contract/views.ts'
import type { Decider } from '#domain/consent.ts'
import { words } from '../words/words.ts'

/** What a person has entered under the consent page. */
export interface DecisionForm {
  scope: 'standing' | 'single' | 'some'
  count: number
  /** The last day, as a date field writes it: 2027-01-30. */
  lastDay: string
  name: string
  role: string
  second: boolean
  secondName: string
  secondRole: string
}

export type Authenticated = Decider['authenticated']

/** The rounds that a form covers, from the one that is next. */
export function roundsOf(form: DecisionForm, view: StudyView): { from: number; to: number } {
  const last = view.study.rules.lastRound
  const from = Math.min(Math.max(1, view.round), last)
  if (form.scope === 'single') return { from, to: from }
  if (form.scope === 'some')
    return { from, to: Math.min(last, from + Math.max(1, Math.floor(form.count)) - 1) }
  return { from, to: last }
}

/** The end of a local day, never after the study's own end; NaN when it is not a day. */
export function endOf(lastDay: string, studyEnds: number): number {
  return Math.min(new Date(`${lastDay}T23:59:59`).getTime(), studyEnds)
}

/** A moment as a date field writes its day. */
export function dayOf(time: number): string {
  const date = new Date(time)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** What must be mended before this can be signed, by field. Empty when nothing. */
export function problemsOf(form: DecisionForm, view: StudyView, now: number): Record<string, string> {
  const problems: Record<string, string> = {}
  const ends = endOf(form.lastDay, view.study.expiresAt)
  if (form.name.trim() === '') problems['name'] = words.consents.needName
  if (form.second && form.secondName.trim() === '') problems['secondName'] = words.consents.needSecond
  if (!(ends > now)) problems['lastDay'] = words.consents.needDate
  return problems
}

/** The decision as it is sent to be signed, over exactly the text that was shown. */
export function decisionOf(
  decision: 'approve' | 'decline',
  form: DecisionForm,
  shown: { view: StudyView; page: ConsentPage; authenticated: Authenticated; reason: string },
): Input<'consents.decide'> {
  const { view, page, authenticated, reason } = shown
  const person = (name: string, role: string): Decider => ({
    name: name.trim(),
    role: role.trim(),
    authenticated,
  })
  return {
    study: view.id,
    decision,
    ...roundsOf(form, view),
    expiresAt: endOf(form.lastDay, view.study.expiresAt),
    reason,
    decidedBy: person(form.name, form.role),
    secondBy: form.second ? person(form.secondName, form.secondRole) : null,
    textHash: page.textHash,
    supersedes: page.standingId,
  }
}
