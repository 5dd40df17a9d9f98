import type { EditView } from '#contract/importing.ts'
import type { ColumnEdit } from '#domain/importing.ts'
import type { Engine } from '../bridge/engine.svelte.ts'
import { codeOf } from '../bridge/live.svelte.ts'
import { readChoices, readsOtherwise, withEdit, type Choices } from './choices.ts'
import { ImportJob } from './import-job.svelte.ts'
import { forgetOpen, keepOpen, takeOpen } from './open-imports.ts'
import { sendSource } from './send.ts'
import type { ImportSource } from './sources.ts'

/** The engine takes four at once; one is left for the command line. */
const MAX_OPEN = 3

/**
 * Files on their way in. Each is sent, looked at and corrected by a person, and only then becomes a dataset. They are sent one
 * after the other; what was begun before the page was loaded anew is ended without residue.
 */
export class Imports {
  jobs = $state.raw<readonly ImportJob[]>([])
  #last = 0
  #busy = false
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Queues files; `of` is the dataset whose next version they are. */
  add(
    sources: readonly ImportSource[],
    of: { readonly id: string; readonly name: string } | null = null,
  ): ImportJob[] {
    const added = sources.map((one) => new ImportJob(++this.#last, one, of?.id ?? null, of?.name ?? null))
    this.jobs = [...this.jobs, ...added]
    void this.#work()
    return added
  }

  /** Stops a file. Nothing of it is kept, what a person said of it neither. */
  cancel(job: ImportJob): void {
    job.stage = 'cancelled'
    job.reading += 1
    this.#end(job)
    void this.#engine.call('edits.clear', { subject: job.subject }).catch(() => undefined)
    void this.#work()
  }

  /** The engine is there, or there again: what this window began and nobody looks after is ended, open files are sent anew. */
  resume(): void {
    const open = this.jobs.filter((one) => one.isOpen)
    for (const id of takeOpen()) this.#endOf(id)
    for (const job of open) this.#anew(job)
  }

  /** Takes a file that has ended off the list. */
  dismiss(job: ImportJob): void {
    this.jobs = this.jobs.filter((one) => one !== job)
  }

  /** A person corrects what was found: kept at once, so that it can be undone and outlasts a restart. */
  async change(job: ImportJob, choices: Choices): Promise<void> {
    const before = job.choices
    job.choices = choices
    const state = JSON.stringify(choices)
    const kept = this.#engine.call('edits.put', { subject: job.subject, state })
    this.#apply(job, before)
    await this.#note(job, kept)
  }

  /** As `change`, for one column. */
  edit(job: ImportJob, edit: ColumnEdit): Promise<void> {
    return this.change(job, withEdit(job.choices, edit))
  }

  /** Goes one correction back, or forward again. */
  async step(job: ImportJob, which: 'undo' | 'redo'): Promise<void> {
    const call = which === 'undo' ? 'edits.undo' : 'edits.redo'
    const stepped = this.#engine.call(call, { subject: job.subject })
    const view = await this.#note(job, stepped)
    if (!view) return
    const before = job.choices
    job.choices = readChoices(view.state) ?? job.first
    this.#apply(job, before)
  }

  /** Makes the dataset. What nobody has decided about an identifier stops it, and the person is asked. */
  async finish(job: ImportJob): Promise<void> {
    const { id, choices } = job
    if (id === null || job.stage !== 'looking') return
    job.stage = 'finishing'
    try {
      const { name, edits } = choices
      const dataset = await this.#engine.call('imports.finish', { id, name, edits })
      job.rows = dataset.rows
      job.dataset = dataset.id
      job.stage = 'done'
      forgetOpen(id)
      await this.#engine.call('edits.clear', { subject: job.subject })
    } catch (error) {
      if (codeOf(error) === 'identifiers-found') {
        job.stage = 'looking'
        await this.#look(job)
      } else this.#fail(job, error)
    }
    void this.#work()
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (let job = this.#next(); job; job = this.#next()) await this.#read(job)
    this.#busy = false
  }

  #next(): ImportJob | undefined {
    if (this.jobs.filter((one) => one.isOpen).length >= MAX_OPEN) return undefined
    return this.jobs.find((one) => one.stage === 'waiting')
  }

  /** Sends a file, and shows what is found in it as soon as something is. */
  async #read(job: ImportJob): Promise<void> {
    const reading = ++job.reading
    const isStale = () => job.reading !== reading
    job.stage = 'sending'
    job.error = null
    try {
      if (!job.canUndo && !job.canRedo) await this.#takeUp(job)
      const { choices, source } = job
      const { id } = await this.#engine.call('imports.begin', {
        name: choices.name,
        source: source.name.slice(0, 300),
        size: source.size,
        replaces: choices.replaces,
        append: choices.append && choices.replaces !== null,
        options: choices.options,
      })
      keepOpen(id)
      if (isStale()) return this.#endOf(id)
      job.id = id
      let isFirst = true
      await sendSource(this.#engine, id, source, async ({ done, rows, left = null }) => {
        if (isStale()) return false
        Object.assign(job, { done, rows, left })
        if (isFirst && done < source.size) await this.#look(job)
        isFirst = false
        return !isStale()
      })
      if (isStale()) return
      await this.#look(job)
      if (!isStale()) job.stage = 'looking'
    } catch (error) {
      if (!isStale()) this.#fail(job, error)
    }
  }

  /** What was said of this file before a restart. */
  async #takeUp(job: ImportJob): Promise<void> {
    const view = await this.#note(job, this.#engine.call('edits.get', { subject: job.subject }))
    const kept = readChoices(view?.state ?? null)
    // Where a person just said whose next version it is, that counts.
    const { replaces, name } = job.first
    if (kept) job.choices = replaces === null ? kept : { ...kept, replaces, name }
    job.isTakenUp = kept !== null
  }

  /** Shows what comes of other choices: by reading the file anew, or by looking again at what was read. */
  #apply(job: ImportJob, before: Choices): void {
    if (job.stage === 'finishing' || job.stage === 'done' || job.stage === 'cancelled') return
    if (job.stage === 'failed' || readsOtherwise(before, job.choices)) this.#anew(job)
    else if (job.stage === 'looking') void this.#look(job).catch((error: unknown) => this.#fail(job, error))
  }

  #anew(job: ImportJob): void {
    job.reading += 1
    this.#end(job)
    Object.assign(job, { stage: 'waiting', done: 0, rows: 0, left: null })
    void this.#work()
  }

  async #look(job: ImportJob): Promise<void> {
    const { id, reading, choices } = job
    if (id === null) return
    const preview = await this.#engine.call('imports.preview', { id, edits: choices.edits })
    if (job.reading !== reading) return
    if (job.choices !== choices) return this.#look(job)
    job.preview = preview ?? job.preview
  }

  async #note(job: ImportJob, asked: Promise<EditView>): Promise<EditView | null> {
    try {
      const view = await asked
      Object.assign(job, { canUndo: view.canUndo, canRedo: view.canRedo })
      return view
    } catch (error) {
      job.error = codeOf(error)
      return null
    }
  }

  #fail(job: ImportJob, error: unknown): void {
    job.stage = 'failed'
    job.error = codeOf(error)
    this.#end(job)
  }

  /** What the engine holds of a file goes. */
  #end(job: ImportJob): void {
    if (job.id !== null) this.#endOf(job.id)
    job.id = null
  }

  #endOf(id: string): void {
    forgetOpen(id)
    // When it is gone already there is nothing to cancel.
    this.#engine.call('imports.cancel', { id }).catch(() => undefined)
  }
}
