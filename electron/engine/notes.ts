import type { NoteView } from '#contract/papers.ts'
import type { Document, Note } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import type { Library } from '#network/ports.ts'
import { ofKind } from '#network/rounds/record.ts'
import { publish } from './author.ts'
import { studyIn } from './consent-files.ts'
import type { Ports } from './ports.ts'

/** Questions about a study and the answers to them, signed and for all its members to read. */
export function createNotes(ports: Ports) {
  const { library, signer, clock, announce } = ports

  function list({ study }: { study: Hash }): NoteView[] {
    studyIn(library, study)
    return notesOf(library, study).map(view)
  }

  /** Asks, or answers a question. Throws 'not-found' when what it answers is no note of this study, 'study-ended' after its time. */
  function write({ study: id, answers, text }: Pick<Note, 'study' | 'answers' | 'text'>): NoteView {
    const study = studyIn(library, id)
    const now = clock.now()
    if (now >= study.body.expiresAt) throw new AppError('study-ended', 'The study is over')
    if (answers !== null && !notesOf(library, id).some((one) => one.id === answers)) {
      throw new AppError('not-found', 'What is answered is not here')
    }
    const body: Note = { kind: 'note', study: id, answers, text, writtenAt: now }
    const action = answers === null ? 'question-asked' : 'question-answered'
    const document = publish(ports, body, { time: now, actor: ports.name, action, outcome: 'done' })
    announce({ event: 'notes.changed', study: id })
    return { id: document.id, author: signer.id, answers, text, writtenAt: now }
  }

  return { list, write }
}

function view({ id, author, body: { answers, text, writtenAt } }: Document<Note>): NoteView {
  return { id, author, answers, text, writtenAt }
}

/** The notes of a study, oldest first. */
export function notesOf(library: Library, study: Hash): Document<Note>[] {
  return ofKind(library.ofRound(study, 0), 'note').toSorted(
    (a, b) => a.body.writtenAt - b.body.writtenAt || (a.id < b.id ? -1 : 1),
  )
}
