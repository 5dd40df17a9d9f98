import { createHmac } from 'node:crypto'
import { looksOf, quoted } from '#domain/plain-text.ts'
import { standingConsent } from '#domain/permission.ts'
import { planHash, weightOf, type Study } from '#domain/study.ts'
import type { Document } from '#domain/documents.ts'
import { FEW } from '#domain/floors.ts'
import type { Hash } from '#domain/values.ts'
import { getPeer, listPeers } from '#store/peers.ts'
import { vectorParts } from '#trainer/vectors.ts'
import type { RowCounts } from '#trainer/jobs.ts'
import { consentFileOf } from './consent-files.ts'
import type { ConsentData, ConsentFacts } from './consent-text.ts'
import { type DataReport, taskOf } from './data.ts'
import type { DataChoice } from './choices.ts'
import { historyOf, type HistoryPorts } from './consent-history.ts'
import { notesOf } from './notes.ts'
import { columnsUsed } from './columns-used.ts'
import type { Ports } from './ports.ts'
import { faultOf, shapesOf } from './study-shapes.ts'
import { tooFewHeldOut } from './too-few-held-out.ts'
import { startFaultOf, versionLines } from './versions.ts'

type Named = ConsentFacts['alike'][number][number]

/** What a mapping is told where the outcome never varies. */
const ALIKE: ReadonlySet<string> = new Set(['outcome-one-class', 'no-events'])

/** The page says so many of the latest questions and answers. */
const MOST_NOTES = 20

/** A choice of data with its report and what all others' sums contradict in it; null where nothing is mapped. */
export type Examined = {
  readonly choice: DataChoice
  readonly report: DataReport
  readonly contradictions: readonly string[]
} | null

/** Gathers what the consent page says, from what is stored now. Synchronous: a decision gathers it again as it is signed. */
export function gatherFacts(
  ports: HistoryPorts & Pick<Ports, 'name' | 'secret'>,
  document: Document<Study>,
  examined: Examined,
): ConsentFacts {
  const { db, signer } = ports
  const { id, author, body: study } = document
  const asker = author === signer.id ? null : getPeer(db, author)
  return {
    id,
    study,
    us: signer.id,
    asker: {
      id: author,
      name: nameOf(ports, study, author),
      knownSince: asker?.confirmedAt ?? null,
    },
    members: study.members.map((one) => ({
      ...one,
      known: one.id === signer.id || getPeer(db, one.id) !== null,
    })),
    alike: alikeAmong([...study.members, ...listPeers(db), { id: signer.id, name: ports.name }]),
    changes: changesSince(ports, document),
    data: examined && dataOf(examined),
    ...computation(ports, study),
    pageNumber: createHmac('sha256', ports.secret('receipts')).update(id).digest('hex').slice(0, 32),
    history: historyOf(ports, id, (member) => nameOf(ports, study, member)),
    notes: notesOf(ports.library, id)
      .slice(-MOST_NOTES)
      .map(({ author: by, body: { answers, text, writtenAt } }) => ({
        by: nameOf(ports, study, by),
        at: writtenAt,
        isAnswer: answers !== null,
        text,
      })),
  }
}

/** Institutions whose names look alike, though their keys differ: the first two of each look. */
function alikeAmong(all: readonly Named[]): (readonly [Named, Named])[] {
  const pairs = new Map<string, readonly [Named, Named]>()
  const seen = new Map<string, Named>()
  for (const { id, name } of all) {
    const looks = looksOf(name)
    const before = seen.get(looks)
    if (before && before.id !== id && !pairs.has(looks)) pairs.set(looks, [before, { id, name }])
    seen.set(looks, before ?? { id, name })
  }
  return [...pairs.values()]
}

/** What a round would send, or what keeps this study from running here. */
function computation(ports: HistoryPorts, study: Study): Pick<ConsentFacts, 'vectors' | 'fault' | 'goesOn'> {
  const fault = faultOf(study)
  const shapes = fault === null ? shapesOf(study) : []
  const vectors = shapes.map(({ kind, length }) => {
    return { kind, parts: vectorParts(taskOf(study), kind), values: length, bytes: length * 8 }
  })
  return { fault: fault ?? startFaultOf(ports, study), vectors, goesOn: versionLines(ports, study) }
}

function nameOf(
  { db, signer, name }: Pick<Ports, 'db' | 'signer' | 'name'>,
  study: Study,
  id: string,
): string {
  if (id === signer.id) return name
  // The name that we confirmed ourselves counts, not the one that a study gives.
  return getPeer(db, id)?.name ?? study.members.find((one) => one.id === id)?.name ?? id
}

function dataOf({ choice, report, contradictions }: NonNullable<Examined>): ConsentData {
  const { counts, cohort, findings } = report
  const { dataset, plan } = choice
  const used = columnsUsed(choice)
  const read = new Set(used)
  return {
    name: dataset.name,
    version: dataset.version,
    rowsTotal: dataset.rows,
    train: counts.train,
    test: counts.test,
    excluded: counts.excluded,
    weight: weightOf(plan.rules, counts.train),
    smallestGroup: smallestGroup(counts),
    columnsUsed: used,
    filter: choice.mapping.filter ?? null,
    alikeOutcome: findings.find(({ code }) => ALIKE.has(code))?.detail ?? null,
    tooFewHeldOut: tooFewHeldOut(choice.mapping.holdout, counts.test),
    ...{ cohort, contradictions },
    columnsUnused: dataset.columns.map((one) => one.name).filter((name) => !read.has(name)),
  }
}

/** The smaller of the two outcome groups to train on; 0 where it is of a few patients, null where the outcome has none. */
export function smallestGroup({ train, events }: RowCounts): number | null {
  if (events === null) return null
  const smaller = Math.min(events, train - events)
  return smaller < FEW ? 0 : smaller
}

/** What is different from the version of this study that we last approved. */
function changesSince(
  { library, signer }: Pick<Ports, 'library' | 'signer'>,
  { body }: Document<Study>,
): ConsentFacts['changes'] {
  for (let id: Hash | null = body.previous; id !== null;) {
    const before = library.study(id)
    if (!before) return null
    const consent = standingConsent(consentFileOf(library, before), signer.id)
    if (consent?.body.decision === 'approve') {
      return { since: consent.body.decidedAt, lines: differences(before.body, body) }
    }
    id = before.body.previous
  }
  return null
}

function differences(before: Study, after: Study): string[] {
  const lines: string[] = []
  const left = before.members.filter((one) => !after.members.some(({ id }) => id === one.id))
  const joined = after.members.filter((one) => !before.members.some(({ id }) => id === one.id))
  if (left.length > 0) lines.push(`Members that left: ${left.map((one) => quoted(one.name)).join(', ')}.`)
  if (joined.length > 0) lines.push(`New members: ${joined.map((one) => quoted(one.name)).join(', ')}.`)
  for (const part of ['variables', 'outcome', 'plan', 'privacy', 'rules', 'references'] as const) {
    if (JSON.stringify(before[part]) !== JSON.stringify(after[part])) lines.push(`The ${part} changed.`)
  }
  if (before.purpose !== after.purpose) lines.push('The purpose changed.')
  if (planHash(before) === planHash(after)) lines.push('What is computed stays the same.')
  return lines
}
