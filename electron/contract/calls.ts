import * as v from 'valibot'
import { Consent, Decider } from '#domain/consent.ts'
import { Dataset, DatasetId, Mapping } from '#domain/dataset.ts'
import { ImportEdits, ReadOptions } from '#domain/importing.ts'
import { Member, Study } from '#domain/study.ts'
import { Count, Hash, InstitutionId, Name, Text, Time } from '#domain/values.ts'
import { auditCalls } from './auditing.ts'
import type { GateCalls } from './gate.ts'
import { keyCalls } from './key-changes.ts'
import { importingCalls } from './importing.ts'
import { joinCalls } from './joins.ts'
import { planningCalls } from './planning.ts'
import { ModelView, NoteView, PatientInput, PredictionView, ReceiptView, FileView } from './papers.ts'
import { pairingCalls } from './pairing.ts'
import { restoredCalls } from './restored.ts'
import { rollCallCalls } from './roll-call.ts'
import { SelfTestFinding } from './self-test.ts'
import { MappingView } from './mapping.ts'
import { Settings, SettingsChange } from './settings.ts'
import {
  ConsentPage,
  ImportProgress,
  InstitutionView,
  InvitationView,
  PeerView,
  ResultsView,
  RoundView,
  StudyView,
} from './views.ts'

const none = v.null()
const one = <Id extends v.GenericSchema>(id: Id) => v.strictObject({ id })

/** A chunk of a file on its way to the import worker: at most one MiB. */
export const MAX_CHUNK_BYTES = 1024 * 1024

/** A study before it is signed: the engine adds kind, version and times. */
export const StudyDraft = v.strictObject({
  ...v.omit(Study, ['kind', 'version', 'previous', 'start', 'createdAt', 'members']).entries,
  members: v.array(Member),
  previous: v.nullable(Hash),
})
export type StudyDraft = v.InferOutput<typeof StudyDraft>

/** Every call that a screen or the command line may make of the engine. */
export const calls = {
  'institution.get': { input: none, output: InstitutionView },
  'institution.invite': { input: none, output: v.strictObject({ code: Text(4000), expiresAt: Time }) },

  ...pairingCalls,
  ...rollCallCalls,

  'peers.list': { input: none, output: v.array(PeerView) },
  'peers.read': { input: v.strictObject({ code: Text(4000) }), output: InvitationView },
  'peers.confirm': { input: v.strictObject({ code: Text(4000) }), output: PeerView },
  'peers.remove': { input: one(InstitutionId), output: none },

  /** Looks whether others reach us; takes up to half a minute. */
  'network.selfTest': { input: none, output: v.array(SelfTestFinding) },

  'datasets.list': { input: none, output: v.array(Dataset) },
  'datasets.get': { input: one(DatasetId), output: Dataset },
  'datasets.remove': { input: one(DatasetId), output: none },
  'imports.begin': {
    input: v.strictObject({
      name: Name,
      source: Text(300),
      size: Count(0, 1e15),
      replaces: v.nullable(DatasetId),
      /** Add the file's rows to those of `replaces` instead of taking their place. */
      append: v.optional(v.boolean(), false),
      /** What a person says of the file; everything else is found out. */
      options: v.optional(ReadOptions),
    }),
    output: ImportProgress,
  },
  'imports.chunk': {
    input: v.strictObject({
      id: Text(60),
      bytes: v.pipe(v.instance(Uint8Array), v.maxLength(MAX_CHUNK_BYTES)),
      /** Of a folder: which of its files this is a part of, and whether its last. Its name is not kept. */
      file: v.optional(v.nullable(v.strictObject({ name: Text(1000), last: v.boolean() })), null),
    }),
    output: ImportProgress,
  },
  /** Throws 'identifiers-found', and the import goes on, while a direct identifier has no action. */
  'imports.finish': {
    input: v.strictObject({
      id: Text(60),
      edits: v.optional(ImportEdits, []),
      /** Another name than the one it was begun with. */
      name: v.optional(Name),
    }),
    output: Dataset,
  },
  'imports.cancel': { input: one(Text(60)), output: none },
  ...importingCalls,
  ...joinCalls,
  ...planningCalls,

  'studies.list': { input: none, output: v.array(StudyView) },
  'studies.get': { input: one(Hash), output: StudyView },
  'studies.propose': { input: StudyDraft, output: StudyView },
  'studies.pause': { input: one(Hash), output: StudyView },
  'studies.resume': { input: one(Hash), output: StudyView },
  /** Takes our approval back for good. 'consent-missing' where nothing of ours is approved: then it is declined. */
  'studies.leave': { input: v.strictObject({ study: Hash, reason: Text(2000) }), output: StudyView },

  'mappings.get': { input: v.strictObject({ study: Hash }), output: MappingView },
  'mappings.check': {
    input: v.strictObject({ study: Hash, dataset: DatasetId, mapping: Mapping }),
    output: MappingView,
  },
  'mappings.save': {
    input: v.strictObject({ study: Hash, dataset: DatasetId, mapping: Mapping }),
    output: MappingView,
  },

  'consents.page': { input: v.strictObject({ study: Hash }), output: ConsentPage },
  'consents.list': {
    input: none,
    output: v.array(
      v.strictObject({
        id: Hash,
        author: InstitutionId,
        consent: Consent,
        withdrawnAt: v.optional(v.nullable(Time)),
      }),
    ),
  },
  'consents.decide': {
    input: v.strictObject({
      study: Hash,
      decision: v.picklist(['approve', 'decline']),
      from: Count(1, 20_000),
      to: Count(1, 20_000),
      expiresAt: Time,
      reason: Text(2000),
      decidedBy: Decider,
      secondBy: v.nullable(Decider),
      textHash: Hash,
      /** The decision of ours that this one takes the place of; needed while that one is in force. */
      supersedes: v.optional(v.nullable(Hash), null),
    }),
    output: v.strictObject({ id: Hash, consent: Consent }),
  },
  /** What we signed, with exactly the text that was shown. 'not-found' for a decision that is not ours. */
  'consents.receipt': { input: one(Hash), output: ReceiptView },
  'consents.withdraw': { input: v.strictObject({ study: Hash, reason: Text(2000) }), output: none },

  'notes.list': { input: v.strictObject({ study: Hash }), output: v.array(NoteView) },
  'notes.write': {
    input: v.strictObject({
      study: Hash,
      answers: v.nullable(Hash),
      text: v.pipe(Text(4000), v.trim(), v.minLength(1)),
    }),
    output: NoteView,
  },

  'rounds.list': {
    input: v.strictObject({ study: Hash, from: Count(1, 20_000), limit: Count(1, 500) }),
    output: v.array(RoundView),
  },
  'results.get': { input: v.strictObject({ study: Hash }), output: ResultsView },

  /** Signs our own figures for all members to read. 'rows-too-few' where there is no offer. */
  'results.publish': {
    input: v.strictObject({ study: Hash, model: Hash, decidedBy: Decider }),
    output: ResultsView,
  },

  'models.list': { input: v.strictObject({ study: Hash }), output: v.array(ModelView) },
  'models.export': {
    input: v.strictObject({ study: Hash, hash: Hash, format: v.picklist(['json']) }),
    output: FileView,
  },
  /** The risk of one patient under a model of a study, computed here and kept nowhere. */
  'models.predict': { input: PatientInput, output: PredictionView },

  'settings.get': { input: none, output: Settings },
  'settings.change': { input: SettingsChange, output: Settings },
  /** What would be given to support: shown first, then saved by the person. */
  'support.report': { input: none, output: v.strictObject({ text: Text(2_000_000) }) },

  ...auditCalls,
  ...keyCalls,
  ...restoredCalls,
} satisfies Record<string, { input: v.GenericSchema; output: v.GenericSchema }>

/** Calls whose texts are signed for others to read: what was pasted with them and cannot be seen is taken out first. */
export const spokenCalls: ReadonlySet<string> = new Set<keyof typeof calls>([
  'studies.propose',
  'studies.leave',
  'consents.decide',
  'consents.withdraw',
  'notes.write',
  'results.publish',
])

/** What an open engine answers. */
export type EngineCallName = keyof typeof calls

/** The engine's calls and those of the gate before it. */
export type Calls = typeof calls & GateCalls
export type CallName = keyof Calls
export type Input<N extends CallName> = v.InferInput<Calls[N]['input']>
export type Output<N extends CallName> = v.InferOutput<Calls[N]['output']>

/** What the engine announces: something changed, look again. Events carry ids, never content. */
export const EngineEvent = v.variant('event', [
  v.strictObject({ event: v.literal('gate.changed') }),
  v.strictObject({ event: v.literal('rehearsal.changed') }),
  v.strictObject({ event: v.literal('peers.changed') }),
  v.strictObject({ event: v.literal('pairing.changed') }),
  v.strictObject({ event: v.literal('roll-call.changed') }),
  v.strictObject({ event: v.literal('datasets.changed') }),
  v.strictObject({ event: v.literal('imports.changed'), progress: ImportProgress }),
  v.strictObject({ event: v.literal('studies.changed'), study: Hash }),
  v.strictObject({ event: v.literal('consents.changed'), study: Hash }),
  v.strictObject({ event: v.literal('notes.changed'), study: Hash }),
  v.strictObject({ event: v.literal('settings.changed') }),
  v.strictObject({ event: v.literal('plans.changed') }),
  v.strictObject({ event: v.literal('rounds.changed'), study: Hash, round: Count(1, 20_000) }),
  v.strictObject({ event: v.literal('audit.changed') }),
])
export type EngineEvent = v.InferOutput<typeof EngineEvent>

/** The engine as its clients see it, whatever carries the messages. */
export interface Client {
  call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>>
  /** Calls back at every event until the returned function is called. */
  on(listen: (event: EngineEvent) => void): () => void
  close(): Promise<void>
}
