import { Plan } from '#domain/plan.ts'
import { Rules } from '#domain/study.ts'
import { Count } from '#domain/values.ts'
import { Outcome, Variable } from '#domain/variable.ts'
import * as v from 'valibot'
import { engineNames } from './compute/backends.ts'

const Key = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
const Bytes = v.instance(Uint8Array)
const Seed = v.pipe(
  Bytes,
  v.check((bytes) => bytes.length === 32, 'A seed has 32 bytes'),
)
const Codes = v.instance(Uint8Array)
const Numbers = v.instance(Float32Array)

const Task = v.object({
  variables: v.pipe(v.array(Variable), v.minLength(1), v.maxLength(20_000)),
  outcome: Outcome,
  plan: Plan,
  rules: v.object({ minimumRows: Rules.entries.minimumRows, weightBands: Rules.entries.weightBands }),
})

const Table = v.object({
  columns: v.array(Numbers),
  outcome: Numbers,
  event: v.nullable(Codes),
  heldOut: Codes,
  patients: v.optional(v.instance(Float64Array)),
  subgroups: v.array(v.object({ name: v.string(), labels: v.array(v.string()), codes: Codes })),
})

const Model = { key: Key, statistics: Bytes, base: Bytes, privateState: v.nullable(Bytes) }

const ComputeWish = v.object({
  engine: v.optional(v.nullable(v.picklist(engineNames))),
  isCareful: v.optional(v.boolean()),
  threads: v.optional(v.nullable(Count(1, 1024))),
})

/** What each job may be asked with: parsed once, where a request enters. */
export const inputs = {
  describe: v.nullable(v.object({ key: v.optional(Key), compute: v.optional(ComputeWish) })),
  load: v.object({ key: Key, task: Task, table: Table, compute: v.optional(ComputeWish) }),
  forget: v.object({ key: Key }),
  statistics: v.object({ key: Key }),
  train: v.object({
    key: Key,
    weight: Count(1, 1_000_000),
    statistics: Bytes,
    base: v.nullable(Bytes),
    initialSeed: Seed,
    batchSeed: Seed,
    privateState: v.nullable(Bytes),
    after: v.optional(v.nullable(Bytes)),
  }),
  evaluate: v.object({ ...Model, alone: v.optional(v.nullable(Bytes)) }),
  alone: v.object({ key: Key, initialSeed: Seed, batchSeed: Seed }),
  score: v.object(Model),
  vote: v.object({
    key: Key,
    statistics: Bytes,
    before: v.nullable(Bytes),
    after: Bytes,
    privateState: v.nullable(Bytes),
    initialSeed: Seed,
  }),
  tune: v.object({ ...Model, batchSeed: Seed }),
  drift: v.object({ key: Key, statistics: Bytes }),
  search: v.object({
    key: Key,
    seed: Seed,
    milliseconds: Count(1, 3_600_000),
    totalRows: Count(1, 100_000_000),
  }),
  judge: v.object({ ...Model, alone: Bytes }),
}

/** A request, or the cancelling of one, as it comes from the engine. */
export const Request = v.variant('do', [
  v.object({ do: v.literal('job'), id: Count(0, 2 ** 50), job: v.string(), input: v.unknown() }),
  v.object({ do: v.literal('cancel'), id: Count(0, 2 ** 50) }),
])
