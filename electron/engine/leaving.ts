import { asksForVotes } from '#domain/gate.ts'
import type { DocumentKind } from '#domain/documents.ts'
import type { Study } from '#domain/study.ts'

/** What the parts of messages are about; each has its sentence on the consent page. */
export type Topic =
  | 'contact'
  | 'answer'
  | 'data'
  | 'part'
  | 'opening'
  | 'result'
  | 'vote'
  | 'words'
  | 'figures'
  | 'proposal'
  | 'signature'

/**
 * Every field of every document that we sign, by what it is about. `study` and `kind`, in all of them, say which one it is. A
 * test walks the schemas and fails where a field stands nowhere here.
 */
export const documentFields: Readonly<Record<DocumentKind, Partial<Record<Topic, string>>>> = {
  study: {
    proposal: `name version previous start.after start.statistics.version start.statistics.round
      start.statistics.artefact start.model.version start.model.round start.model.artefact purpose
      references.person references.ethics references.dpia references.agreement references.legalBasis references.duo references.retention members.id members.name variables.type variables.name
      variables.label variables.unit variables.low variables.high variables.knots variables.outside variables.missing variables.categories
      variables.unlisted outcome.task outcome.name outcome.label outcome.positive outcome.classes outcome.unit outcome.low
      outcome.high outcome.timeUnit outcome.horizon plan.model.kind plan.model.layers.units plan.model.layers.activation
      plan.model.dropout plan.model.normalisation plan.intercept plan.head plan.l2 plan.local.optimizer
      plan.local.learningRate plan.local.batch plan.local.steps plan.local.proximal plan.local.controlVariates
      plan.outer.kind plan.outer.learningRate plan.outer.momentum plan.outer.beta1 plan.outer.beta2 plan.outer.epsilon
      plan.rounds plan.stopping.kind plan.stopping.patience plan.stopping.tolerance plan.gate plan.updateBound
      plan.movement plan.clipping plan.fit.kind plan.fit.tolerance plan.fit.penalty plan.fit.errors plan.origin
      privacy.kind rules.quorum rules.minimumSum rules.weightBands rules.minimumRows rules.lastRound rules.pace.answer
      rules.pace.compute rules.pace.exchange createdAt expiresAt`,
  },
  consent: {
    answer: `version decision from to planHash members reason decidedBy.name decidedBy.role decidedBy.authenticated
      secondBy.name secondBy.role secondBy.authenticated decidedAt expiresAt supersedes textHash language build`,
    data: 'grant.dataset grant.schemaHash grant.columnsUsed grant.columnsUnused grant.weight grant.deidentification',
  },
  withdrawal: { answer: 'consent reason withdrawnAt' },
  proposal: { part: 'round roundKind planHash base votes proposedAt' },
  ready: { part: 'round roundKind base consent weight confirmed', data: 'dataset inputs' },
  unable: { part: 'round roundKind base consent reason' },
  roster: {
    part: `round attempt version roundKind base planHash action.do action.members.id action.members.ready
      action.members.weight action.absent.id action.absent.reason action.length action.bound because votes`,
    result:
      'action.outcome.result action.outcome.roster action.outcome.ctx action.outcome.sum action.outcome.artefact action.outcome.loss',
  },
  acceptance: { part: 'round attempt roster ctx', opening: 'key' },
  commitment: { part: 'round attempt ctx', data: 'dataset', opening: 'contribution mask' },
  reveal: { part: 'round attempt ctx', opening: 'seen mask' },
  abandon: {
    part: 'round attempt revealed missing',
    result: `certified.attempt certified.outcome.result certified.outcome.roster certified.outcome.ctx
      certified.outcome.sum certified.outcome.artefact certified.outcome.loss`,
  },
  certificate: {
    part: 'round attempt',
    result:
      'outcome.result outcome.roster outcome.ctx outcome.sum outcome.artefact outcome.loss auditHead auditLength',
  },
  vote: { vote: 'round artefact vote' },
  note: { words: 'answers text writtenAt' },
  figures: {
    figures: `model rows alone.value alone.low alone.high shared.value shared.low shared.high publishedAt publishedBy.name
      publishedBy.role publishedBy.authenticated`,
  },
}

/** Every field of every other message between institutions, by the schema that reads it. */
export const messageFields: Readonly<Record<string, Partial<Record<Topic, string>>>> = {
  Signed: { signature: 'author signature' },
  Invitation: {
    contact: 'body.kind body.for body.name body.addresses body.nonce body.issuedAt body.expiresAt',
    signature: 'author signature',
  },
  Hello: { contact: 'name protocol time addresses instance twin' },
  ReachQuestion: { contact: 'ask' },
  Commit: { contact: 'say proof commit name addresses' },
  Reveal: { contact: 'say random' },
  RevealOrNot: { contact: 'say random why' },
  Verdict: { contact: 'say why' },
  Refused: { contact: 'say why' },
  Join: { contact: 'say proof name addresses' },
  Entry: { contact: 'id name addresses commit' },
  Promised: { contact: 'say commit' },
  Opened: { contact: 'say random' },
  Differ: { contact: 'say' },
  LeftOut: { contact: 'name why' },
  CallerSays: {
    contact: 'say why names list.id list.name list.addresses list.commit numbers without.name without.why by',
  },
  Question: { part: 'ask roots.study roots.root study buckets after ids documents sizes' },
  BlobRequest: { part: 'study hash max' },
}

const sentences: Readonly<Record<Topic, string>> = {
  data: 'About our data the members learn the names of the columns used, how many more there are, and the band that our rows to train on reach; besides these only keyed hashes (of the dataset and its rows’ state, its columns and its report of identifiers) that change with them and tell nothing else.',
  answer:
    'Our answer tells who decided and a second person, with names, roles and how they unlocked this app; when, for which rounds and until when; the reason of a refusal or withdrawal; the hash, language and app version of this page, and the answer that it replaces.',
  part: 'In each round it is signed and seen that we are there, for which members and under which answer; that we cannot take part, and why; whom we wait for; who proposed what when; and which documents and bytes we have or lack.',
  opening:
    'For each sum: a fresh key, hashes of what we send, and then the mask that opens nothing but the whole sum.',
  result:
    'Certificates tell what a round came to, as hashes and the loss over all members where it ends training, and the head and length of our audit log, so that it cannot be shortened later.',
  vote: 'After each training round we say whether the model is better, the same or worse for our held-out patients: one word, no number.',
  words: 'Questions and answers are read by all members as they were written.',
  figures:
    'Figures of our own held-out patients leave only when a person publishes them: rows in tens, the mean figure of the shared model and of ours alone with intervals, and who published them.',
  proposal:
    'Whoever proposes signs the study as it is described here: members, variables with ranges, knots and categories, plan and rules.',
  contact:
    'Members and those we pair with learn our name, addresses, key, clock and when we are there; who tries to pair learns whether it worked.',
  signature: 'All of this is signed with our key, passed on among the members and kept by them.',
}

const ORDER = ['data', 'answer', 'part', 'opening', 'result', 'vote', 'words', 'figures', 'contact'] as const

/** What leaves beside the sums: a sentence for each topic that this study has. What is proposed by others is no message of ours. */
export function messageLines({ plan }: Study, isOurs: boolean): string[] {
  const topics: Topic[] = ORDER.filter((one) => one !== 'vote' || asksForVotes(plan))
  return [...topics, ...(isOurs ? (['proposal'] as const) : []), 'signature' as const].map(
    (one) => sentences[one],
  )
}
