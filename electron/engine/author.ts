import { studyOf, type Body, type Document } from '#domain/documents.ts'
import { appendAudit, type Happening } from '#store/audit.ts'
import type { Ports } from './ports.ts'

/**
 * Signs a document of ours. It, its audit entry and `also` become durable together or not at all; only then is it given to
 * our rounds and to the others.
 */
export function publish(
  { db, library, sign, spread, announce }: Pick<Ports, 'db' | 'library' | 'sign' | 'spread' | 'announce'>,
  body: Body,
  happening: Omit<Happening, 'object' | 'detail'>,
  also: () => void = () => {},
): Document {
  const document = sign(body)
  const object = body.kind === 'study' ? document.id : `${studyOf(document)}/${document.id}`
  db.together(() => {
    also()
    library.add(document)
    appendAudit(db, { ...happening, object, detail: body })
  })
  spread(document)
  announce({ event: 'audit.changed' })
  return document
}
