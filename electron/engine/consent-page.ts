import type { ConsentPage } from '#contract/views.ts'
import { hashOf } from '#domain/canonical.ts'
import type { Document } from '#domain/documents.ts'
import { standingConsent } from '#domain/permission.ts'
import { quorumOf, type Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import type { Comparisons } from './comparisons.ts'
import { consentFileOf, studyIn } from './consent-files.ts'
import type { HistoryPorts } from './consent-history.ts'
import { warningsOf } from './consent-benefit.ts'
import { contradictionsIn } from './contradictions.ts'
import { gatherFacts, smallestGroup, type Examined } from './consent-facts.ts'
import { consentParts, consentText, LANGUAGE, type ConsentData, type ConsentFacts } from './consent-text.ts'
import type { Data } from './data.ts'
import type { Ports } from './ports.ts'
import type { createPreviews } from './preview.ts'

/** So many of the latest pages may still be signed. */
const MOST_PAGES = 50

type PagePorts = HistoryPorts &
  Pick<Ports, 'name' | 'secret'> & {
    readonly data: Data
    readonly previews: ReturnType<typeof createPreviews>
    readonly comparisons: Pick<Comparisons, 'soon'>
  }

/** The page that an officer reads before a decision. */
export function createConsentPage(ports: PagePorts) {
  const { library, signer, data } = ports
  const pages = new Map<Hash, { readonly text: string; readonly termsHash: Hash }>()

  /** Our data for a study as it is chosen now, with what its rows come to. */
  async function examine(study: Hash): Promise<Examined> {
    const choice = data.chosen(study)
    if (!choice) return null
    const report = await data.report(choice)
    const isBroken = report.findings.some((one) => one.severity === 'error')
    const lines = isBroken ? null : await ports.comparisons.soon(choice)
    return { choice, report, contradictions: contradictionsIn(lines ?? []).map((one) => one.detail) }
  }

  /**
   * The text with this hash as it was shown; null where it was not, or where by now the page says more that is new, or our data
   * is another, than what the rounds came to meanwhile.
   */
  function shownText(study: Document<Study>, examined: Examined, textHash: Hash): string | null {
    const shown = pages.get(textHash)
    const terms = termsHashOf(gatherFacts(ports, study, examined), examined)
    return shown?.termsHash === terms ? shown.text : null
  }

  async function page({ study: id }: { study: Hash }): Promise<ConsentPage> {
    const study = studyIn(library, id)
    const examined = await examine(id)
    const facts = gatherFacts(ports, study, examined)
    const parts = consentParts(facts)
    const text = consentText(parts)
    const [textHash, termsHash] = [hashOf(text), termsHashOf(facts, examined)]
    pages.delete(textHash)
    pages.set(textHash, { text, termsHash })
    for (const oldest of [...pages.keys()].slice(0, -MOST_PAGES)) pages.delete(oldest)
    const standing = standingConsent(consentFileOf(library, study), signer.id)
    const { vectors, asker } = facts
    return {
      ...{ study: id, parts, text, textHash, termsHash, language: LANGUAGE },
      ...ourPart(facts.data, examined),
      values: Math.max(0, ...vectors.map((one) => one.values)),
      bytesPerRound: Math.max(0, ...vectors.map((one) => one.bytes)),
      standing: standing?.body ?? null,
      standingId: standing?.id ?? null,
      asker: { id: asker.id, name: asker.name, confirmedAt: asker.knownSince },
      changes: facts.changes,
      preview: ports.previews.of(study.body, examined),
      collude: Math.max(quorumOf(study.body), study.body.rules.minimumSum) - 1,
    }
  }

  return { examine, shownText, page }
}

function termsHashOf(facts: ConsentFacts, examined: Examined): Hash {
  const text = consentText(consentParts({ ...facts, history: warningsOf(facts.history) }))
  return hashOf({ text, data: examined?.choice.key ?? null })
}

function ourPart(data: ConsentData | null, examined: Examined) {
  if (!data || !examined) {
    const none = { rowsUsed: 0, rowsTotal: 0, columnsUsed: [], columnsUnused: [] }
    return { dataset: null, smallestGroup: null, ...none }
  }
  return {
    dataset: examined.choice.dataset.id,
    smallestGroup: smallestGroup(examined.report.counts),
    rowsUsed: data.train + data.test,
    rowsTotal: data.rowsTotal,
    columnsUsed: [...data.columnsUsed],
    columnsUnused: [...data.columnsUnused],
  }
}
