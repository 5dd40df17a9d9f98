import { MAX_CHUNK_BYTES } from '#contract/calls.ts'
import type { ErrorCode } from '#domain/errors.ts'
import { openBlocks, type IdentifierFinding } from '#domain/identifiers.ts'
import type { ImportEdits } from '#domain/importing.ts'
import type { Engine } from '../bridge/engine.svelte.ts'
import { codeOf } from '../bridge/live.svelte.ts'

/** A file on its way into the database. `done` counts bytes that the engine has. */
export interface ImportJob {
  readonly key: number
  readonly file: File
  readonly name: string
  stage: 'waiting' | 'sending' | 'finishing' | 'asking' | 'done' | 'failed' | 'cancelled'
  id: string | null
  done: number
  rows: number
  startedAt: number
  error: ErrorCode | null
  dataset: string | null
  /** What tells who a patient is, and about which nobody has decided: asked before anything is kept. */
  findings: readonly IdentifierFinding[]
}

/** The name of a table made from a file: the file's, without its ending. */
export function tableName(file: string): string {
  return file.replace(/\.[a-z0-9]{1,5}$/i, '').slice(0, 200) || file.slice(0, 200)
}

/** Streams files to the engine, one after the other, in chunks that it can refuse. */
export class Imports {
  jobs = $state<ImportJob[]>([])
  #last = 0
  #busy = false
  readonly #engine: Engine
  readonly #clock: () => number

  constructor(engine: Engine, clock: () => number) {
    this.#engine = engine
    this.#clock = clock
  }

  /** Queues files. */
  add(files: readonly File[]): void {
    for (const file of files) {
      this.jobs.push({
        key: ++this.#last,
        file,
        name: tableName(file.name),
        stage: 'waiting',
        id: null,
        done: 0,
        rows: 0,
        startedAt: 0,
        error: null,
        dataset: null,
        findings: [],
      })
    }
    void this.#work()
  }

  /** Stops a file. Nothing of it is kept. */
  cancel(job: ImportJob): void {
    const { id, stage } = job
    job.stage = 'cancelled'
    // While chunks are on their way, whoever sends them tells the engine.
    if (id && stage === 'asking') this.#engine.call('imports.cancel', { id }).catch(() => undefined)
  }

  /** Finishes a file with what a person decided about its identifiers. */
  async decide(job: ImportJob, edits: ImportEdits): Promise<void> {
    const { id } = job
    if (!id || job.stage !== 'asking') return
    try {
      await this.#finish(job, id, edits)
    } catch (error) {
      this.#fail(job, error)
    }
  }

  /** Takes a file that has ended off the list. */
  dismiss(job: ImportJob): void {
    this.jobs = this.jobs.filter((one) => one.key !== job.key)
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (let job = this.#next(); job; job = this.#next()) await this.#import(job)
    this.#busy = false
  }

  #next(): ImportJob | undefined {
    return this.jobs.find((job) => job.stage === 'waiting')
  }

  async #import(job: ImportJob): Promise<void> {
    job.stage = 'sending'
    job.startedAt = this.#clock()
    try {
      const source = job.file.name.slice(0, 300)
      const { id } = await this.#engine.call('imports.begin', {
        name: job.name,
        source,
        size: job.file.size,
        replaces: null,
      })
      job.id = id
      await this.#send(job, id)
      if (isCancelled(job)) return void (await this.#engine.call('imports.cancel', { id }))
      await this.#finish(job, id, [])
    } catch (error) {
      this.#fail(job, error)
    }
  }

  async #send(job: ImportJob, id: string): Promise<void> {
    for (let at = 0; at < job.file.size && !isCancelled(job); at += MAX_CHUNK_BYTES) {
      const bytes = new Uint8Array(await job.file.slice(at, at + MAX_CHUNK_BYTES).arrayBuffer())
      const progress = await this.#engine.call('imports.chunk', { id, bytes })
      job.done = progress.done
      job.rows = progress.rows
    }
  }

  async #finish(job: ImportJob, id: string, edits: ImportEdits): Promise<void> {
    job.stage = 'finishing'
    try {
      job.dataset = (await this.#engine.call('imports.finish', { id, edits })).id
      job.stage = 'done'
    } catch (error) {
      if (codeOf(error) !== 'identifiers-found') throw error
      const preview = await this.#engine.call('imports.preview', { id, edits })
      job.findings = preview ? openBlocks(preview.identifiers) : []
      if (job.findings.length === 0) throw error
      job.stage = 'asking'
    }
  }

  #fail(job: ImportJob, error: unknown): void {
    if (isCancelled(job)) return
    job.stage = 'failed'
    job.error = codeOf(error)
    // What the engine holds of the file goes too; when it is gone already there is nothing to cancel.
    if (job.id) this.#engine.call('imports.cancel', { id: job.id }).catch(() => undefined)
  }
}

/** A person may cancel while a call is under way. */
function isCancelled(job: ImportJob): boolean {
  return job.stage === 'cancelled'
}
