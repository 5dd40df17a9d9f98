import { studyOf, type Body, type Document } from '#domain/documents.ts'
import { appendAudit, type Happening } from '#store/audit.ts'
import type { Ports } from './ports.ts'

type Signing = Pick<Ports, 'db' | 'library' | 'sign'>
type Told = Omit<Happening, 'object' | 'detail'>

/** Signs a document of ours and stores it with its audit entry, in the caller's transaction where there is one. */
export function store({ db, library, sign }: Signing, body: Body, happening: Told): Document {
  const document = sign(body)
  const object = body.kind === 'study' ? document.id : `${studyOf(document)}/${document.id}`
  db.together(() => {
    library.add(document)
    appendAudit(db, { ...happening, object, detail: body })
  })
  return document
}

/**
 * Signs a document of ours. It and its audit entry become durable together or not at all; then our log is signed, and only
 * then is it given to our rounds and to the others. Never called inside a transaction.
 */
export function publish(
  ports: Signing & Pick<Ports, 'sealLog' | 'spread' | 'announce'>,
  body: Body,
  happening: Told,
): Document {
  const document = store(ports, body, happening)
  ports.sealLog()
  ports.spread(document)
  ports.announce({ event: 'audit.changed' })
  return document
}
