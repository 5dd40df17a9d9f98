import type { NoteView } from '#contract/papers.ts'

/** A question with its answers, oldest first. */
export interface Thread {
  readonly question: NoteView
  readonly answers: readonly NoteView[]
}

/** Notes as questions with answers, however deep an answer answers. One whose question is not known stands alone. */
export function threadsOf(notes: readonly NoteView[]): Thread[] {
  const byId = new Map(notes.map((one) => [one.id, one]))
  const rootOf = (note: NoteView): NoteView => {
    const seen = new Set<string>()
    let root = note
    while (root.answers !== null && !seen.has(root.id)) {
      seen.add(root.id)
      const above = byId.get(root.answers)
      if (!above) break
      root = above
    }
    return root
  }
  const ordered = notes.toSorted((a, b) => a.writtenAt - b.writtenAt)
  return ordered
    .filter((one) => rootOf(one).id === one.id)
    .map((question) => ({
      question,
      answers: ordered.filter((one) => one.id !== question.id && rootOf(one).id === question.id),
    }))
}
