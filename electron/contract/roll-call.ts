import * as v from 'valibot'
import { errorCodes } from '#domain/errors.ts'
import { MAX_MEMBERS } from '#domain/study.ts'
import { Hash, InstitutionId, Text, Time } from '#domain/values.ts'

const many = <S extends v.GenericSchema>(one: S) => v.pipe(v.array(one), v.maxLength(MAX_MEMBERS))

/** One other institution of the list, as ours sees it before and after its person was heard. */
export const CalledMember = v.strictObject({
  id: InstitutionId,
  name: Text(120),
  /** `by-another-key`: we know an institution of this name that has another key. */
  known: v.picklist(['no', 'yes', 'by-another-key']),
  /** Our person heard it read the words: it is confirmed by us. */
  confirmed: v.boolean(),
  /** Its person said that it sees other words. */
  differs: v.boolean(),
})
export type CalledMember = v.InferOutput<typeof CalledMember>

/** A roll call as one of those who take part sees it. */
export const RollCallView = v.strictObject({
  role: v.picklist(['caller', 'guest']),
  /** `gathering`: who has the code may come; `agreeing`: machines exchange numbers; `comparing`: people read the words. */
  stage: v.picklist(['gathering', 'agreeing', 'comparing', 'done', 'failed']),
  /** The code that all others need; the caller's alone. */
  code: v.nullable(Text(4000)),
  /** When it is over whatever happens. */
  until: v.nullable(Time),
  /** The study whose members are called; null for whoever has the code. */
  study: v.nullable(Hash),
  /** Names of those who have come, ours included. */
  here: many(Text(120)),
  /** Names of the study's members who have not come. */
  absent: many(Text(120)),
  /** Names of those that the list goes on without, and why. */
  without: v.array(v.strictObject({ name: Text(120), why: v.picklist(['silent', 'promise-broken']) })),
  /** The others in the list, once there is one. */
  members: many(CalledMember),
  /** Six words that are the same on all screens, unless somebody is in between. */
  words: v.pipe(v.array(Text(20)), v.maxLength(6)),
  trouble: v.nullable(v.picklist(errorCodes)),
})
export type RollCallView = v.InferOutput<typeof RollCallView>

/** Calls around a roll call; 'roll-call.changed' announces every step. */
export const rollCallCalls = {
  'rollCall.get': { input: v.null(), output: v.nullable(RollCallView) },
  /** Calls the roll: makes a code for all others. With a study, its members alone may come. */
  'rollCall.open': { input: v.strictObject({ study: v.nullable(Hash) }), output: RollCallView },
  /** Goes to the one who calls the roll with this code. */
  'rollCall.join': { input: v.strictObject({ code: Text(4000) }), output: RollCallView },
  /** All who are to come are here: nobody else gets in, and the words are made. */
  'rollCall.begin': { input: v.null(), output: RollCallView },
  /** Our person heard exactly these read the same words: they, and no others, are known from now on. */
  'rollCall.confirm': { input: v.strictObject({ ids: many(InstitutionId) }), output: RollCallView },
  /** Our person heard other words than ours: all are told, and nobody is confirmed. */
  'rollCall.differ': { input: v.null(), output: RollCallView },
  /** We take part no longer; nobody is confirmed by it. */
  'rollCall.leave': { input: v.null(), output: v.null() },
} satisfies Record<string, { input: v.GenericSchema; output: v.GenericSchema }>
