import type { FileView, ModelView, NoteView, ReceiptView } from '#contract/papers.ts'
import type { StudyView } from '#contract/views.ts'
import { hashOf, keyOf, NOW, US } from './double-world.ts'

const HOUR = 3_600_000

/** A file of the engine. */
export const fileOf = (name: string): FileView => ({
  name,
  mime: 'application/json',
  bytes: new TextEncoder().encode('{}\n'),
})

/** A question with an answer, and one of ours that waits. */
export function notesOf(view: StudyView): NoteView[] {
  if (view.state !== 'needs-consent') return []
  return [
    {
      id: hashOf(601),
      author: keyOf(2),
      answers: null,
      text: 'Are deaths after transfer to another hospital counted?',
      writtenAt: NOW - 20 * HOUR,
    },
    {
      id: hashOf(602),
      author: view.author,
      answers: hashOf(601),
      text: 'Yes, by the registry, within six months.',
      writtenAt: NOW - 18 * HOUR,
    },
    {
      id: hashOf(603),
      author: US,
      answers: null,
      text: 'Who keeps the model after the study has ended?',
      writtenAt: NOW - HOUR,
    },
  ]
}

/** The models of a study's training rounds, oldest first. */
export function modelsOf(view: StudyView): ModelView[] {
  return Array.from({ length: view.trained }, (_, i) => {
    const last = i + 1 === view.trained
    return {
      hash: last ? (view.modelHash ?? hashOf(i)) : hashOf(700 + i),
      round: i + 2,
      roundKind: 'training',
      trained: i + 1,
      decidedAt: NOW - (view.trained - i) * 90_000,
      certifiedBy: view.members.slice(0, view.members.length - (i % 3 === 1 ? 1 : 0)).map(({ id }) => id),
      better: i > 3 ? 2 : 0,
      same: i > 3 ? 1 : 0,
      worse: 0,
      released: false,
    }
  })
}

/** What was signed over a text. */
export function receiptOf(id: string, text: string): ReceiptView {
  return {
    id,
    text,
    textHash: hashOf(77),
    language: 'en',
    document: `{"author":"${US}","body":{"decision":"approve","kind":"consent","textHash":"${hashOf(77)}"}}`,
    signature: Buffer.alloc(64, 7).toString('base64'),
  }
}
