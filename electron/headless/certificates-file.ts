import * as v from 'valibot'
import type { Input } from '#contract/calls.ts'
import type { Head } from '#domain/audit.ts'
import { Signed } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import { InstitutionId } from '#domain/values.ts'
import { openDocument } from '#network/identity/documents.ts'
import { readJson } from './json-file.ts'

const PAGE = 500

/** Certificates of one institution as another member holds them: each names how far its audit log went. */
const CertificatesFile = v.strictObject({
  format: v.literal(1),
  institution: InstitutionId,
  certificates: v.array(Signed),
})
type CertificatesFile = v.InferOutput<typeof CertificatesFile>

/** All certificates of an institution that an engine holds, asked for page by page. */
export async function exportCertificates(
  ask: (page: Input<'audit.certificates'>) => Promise<Signed[]>,
  institution: InstitutionId,
): Promise<CertificatesFile> {
  const certificates: Signed[] = []
  for (;;) {
    const page = await ask({
      id: institution,
      from: certificates.length,
      limit: PAGE,
    })
    certificates.push(...page)
    if (page.length < PAGE) return { format: 1, institution, certificates }
  }
}

/** The heads that a file of certificates names. Throws 'document-refused' for one that none of the institution's keys signed. */
export function readCertificates(file: string, keys: readonly InstitutionId[]): Head[] {
  const { certificates, institution: of } = readJson(CertificatesFile, file, 'a file of certificates')
  if (!keys.includes(of))
    throw new AppError('document-refused', `${file} is about another institution: ${of}`)
  return certificates.map((one) => {
    const { author, body } = openDocument(one)
    if (!keys.includes(author) || body.kind !== 'certificate')
      throw new AppError('document-refused', `${file} holds something else than certificates of ${of}`)
    return { entries: body.auditLength, head: body.auditHead }
  })
}
