import type { ReceiptView } from '#contract/papers.ts'
import { canonical } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import { getSetting, putSetting } from '#store/institution.ts'
import type { Writer } from '#store/database.ts'
import type { Ports } from './ports.ts'

const keyOf = (textHash: Hash) => `consent-text/${textHash}`

/** Keeps the text that a decision was made on: it has exact counts, so it lies where no peer can ask for it. */
export function keepText(db: Writer, textHash: Hash, text: string): void {
  putSetting(db, keyOf(textHash), text)
}

/** What this institution signed, with exactly the text that was shown. */
export function createReceipts({ db, library, signer }: Pick<Ports, 'db' | 'library' | 'signer'>) {
  /** Throws 'not-found' for a document that is no decision of ours, or whose text is not kept here. */
  function get({ id }: { id: Hash }): ReceiptView {
    const document = library.get(id)
    if (document?.body.kind !== 'consent' || document.author !== signer.id) {
      throw new AppError('not-found', 'We have signed no decision with this id')
    }
    const { author, body, signature } = document
    const text = getSetting(db, keyOf(body.textHash))
    if (typeof text !== 'string')
      throw new AppError('not-found', 'The text of this decision is not kept here')
    const { textHash, language } = body
    return { id, text, textHash, language, document: canonical({ author, body }), signature }
  }
  return { get }
}
