import type { EditView } from '#contract/importing.ts'
import type { ErrorCode } from '#domain/errors.ts'
import type { Engine } from '../bridge/engine.svelte.ts'
import { codeOf } from '../bridge/live.svelte.ts'
import type { MappingDraft } from './draft.ts'
import { readDraft } from './read-draft.ts'

/** A form that is being filled in: every change is kept at the engine, can be undone, and outlasts a restart. */
export class MappingDesk {
  draft: MappingDraft = $state({
    variables: {},
    outcome: {
      ...{ rule: 'equals', column: '', positive: [], negative: [], missingCodes: [] },
      ...{ threshold: 0, factor: 1, offset: 0, values: {}, event: '' },
    },
    holdout: { kind: 'share', share: 0.3 },
    subgroups: [],
    filter: '',
  })
  canUndo = $state(false)
  canRedo = $state(false)
  /** An unsaved form of an earlier time was taken up. */
  isTakenUp = $state(false)
  error = $state<ErrorCode | null>(null)
  #kept: string
  readonly #first: MappingDraft
  readonly #engine: Engine
  readonly #subject: string

  constructor(engine: Engine, subject: string, first: MappingDraft) {
    this.#engine = engine
    this.#subject = subject
    this.#first = first
    this.draft = structuredClone(first)
    this.#kept = JSON.stringify(first)
  }

  /** Takes up what was not saved before. */
  async open(): Promise<void> {
    const view = await this.#note(this.#engine.call('edits.get', { subject: this.#subject }))
    this.isTakenUp = view !== null && view.state !== null && this.#show(view)
  }

  /** Keeps the form where it has changed. */
  async keep(): Promise<void> {
    const state = JSON.stringify(this.draft)
    if (state === this.#kept) return
    this.#kept = state
    await this.#note(this.#engine.call('edits.put', { subject: this.#subject, state }))
  }

  /** Goes one change back, or forward again. */
  async step(which: 'undo' | 'redo'): Promise<void> {
    await this.keep()
    const call = which === 'undo' ? 'edits.undo' : 'edits.redo'
    const view = await this.#note(this.#engine.call(call, { subject: this.#subject }))
    if (view) this.#show(view)
  }

  /** The mapping was saved: there is nothing left to keep. */
  async clear(): Promise<void> {
    await this.#engine.call('edits.clear', { subject: this.#subject })
    Object.assign(this, { canUndo: false, canRedo: false, isTakenUp: false })
  }

  #show({ state }: EditView): boolean {
    const draft = state === null ? structuredClone(this.#first) : readDraft(state)
    if (!draft) return false
    this.draft = draft
    this.#kept = JSON.stringify(draft)
    return true
  }

  async #note(asked: Promise<EditView>): Promise<EditView | null> {
    try {
      const view = await asked
      Object.assign(this, { canUndo: view.canUndo, canRedo: view.canRedo, error: null })
      return view
    } catch (error) {
      this.error = codeOf(error)
      return null
    }
  }
}
