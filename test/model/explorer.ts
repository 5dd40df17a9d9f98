import type { Hash } from '#domain/values.ts'
import { createBundles } from './bundles.ts'
import { createLiar } from './liar.ts'
import { createMember, MOMENTS, type Local, type Step } from './member.ts'
import { createPool } from './pool.ts'
import { createSetting, type ModelOptions } from './setting.ts'
import { createTable, union, type Numbers } from './table.ts'
import { createVerdict } from './verdict.ts'

/** A state of all honest members together: for each, the number of its own state. */
export type State = readonly number[]

/** A state that may follow, and what a member did to get there. */
export interface Move {
  readonly to: State
  readonly by: 'going-on' | 'leaving' | 'crash'
}

/** Finds every state that can follow another, by calls of the real modules, and judges what was signed on the way. */
export function createExplorer(options: ModelOptions) {
  const setting = createSetting(options)
  const table = createTable(setting.ids)
  const blobs = new Map<Hash, Uint8Array>()
  const act = createMember(setting, table, blobs)
  const { standing, relevant, bundles } = createBundles(setting, table)
  const liar = createLiar(setting, table, blobs)
  const verdict = createVerdict(setting, table)
  const locals = createPool<Local>()
  const signed = createPool<Numbers>()
  const liars: Numbers[] = []
  const standings: ReturnType<typeof standing>[] = []
  const steps = new Map<string, { to: number; by: Move['by'] } | null>()
  const successors = new Map<string, ReadonlyMap<number, Move['by']>>()
  const faults = new Map<string, string>()
  const basis = [table.number(setting.proposal), ...setting.readies.map(table.number)]

  /** Every state that one member may be in next, given all that was signed. */
  async function nextOf(at: number, setAt: number): Promise<ReadonlyMap<number, Move['by']>> {
    const local = locals.value(at)
    const where = (standings[at] ??= standing(local))
    const all = relevant(where, [...signed.value(setAt), ...(liars[setAt] ?? [])])
    const key = `${at} ${all.join()}`
    const known = successors.get(key)
    if (known) return known
    const next = new Map<number, Move['by']>(options.crashes ? [[crashed(local), 'crash']] : [])
    for (const { docs, timed } of bundles(where, all)) {
      const learnt = docs.filter((one) => !local.docs.includes(one))
      for (const moment of timed ? MOMENTS : [0]) {
        const found = await step(local, at, learnt, moment)
        if (found) next.set(found.to, found.by)
      }
    }
    next.delete(at)
    successors.set(key, next)
    return next
  }

  /** One call of the real modules, made once for the same member, documents and moment. */
  async function step(local: Local, at: number, learnt: Numbers, moment: number) {
    const key = `${at} ${moment} ${learnt.join()}`
    const known = steps.get(key)
    if (known !== undefined) return known
    const found = await act(local, learnt, moment)
    for (const fault of found?.broken ?? [])
      note(fault, `${describe(local.docs)}, knowing ${describe(learnt)}`)
    const by = found?.published?.body.kind === 'abandon' ? ('leaving' as const) : ('going-on' as const)
    const move = found && !isBeyond(found) ? { to: locals.number(found.after), by } : null
    steps.set(key, move)
    return move
  }

  function isBeyond({ published }: Step): boolean {
    return published !== null && 'attempt' in published.body && published.body.attempt > options.lastAttempt
  }

  function crashed(local: Local): number {
    return locals.number({ ...local, secrets: null, opened: [], broken: [] })
  }

  /** The set of what the honest have signed in a state; judged when it is new. */
  function signedIn(state: State): number {
    const docs = state.reduce<Numbers>((all, at) => union(all, ownOf(locals.value(at))), [])
    const before = signed.count()
    const at = signed.number(docs)
    if (at < before) return at
    liars[at] = liar(docs)
    for (const fault of verdict(docs, liars[at])) note(fault, describe(docs))
    return at
  }

  function note(fault: string, how: string) {
    if (!faults.has(fault)) faults.set(fault, how)
  }

  const ownOf = ({ member, docs }: Local): Numbers =>
    docs.filter((one) => table.meta(one).author === member && !basis.includes(one))
  const describe = (docs: Numbers) =>
    docs
      .map((one) => table.meta(one))
      .map(({ kind, author, attempt }) => `${'ABCD'[author]} ${kind}${attempt < 0 ? '' : ` ${attempt}`}`)
      .join(', ')

  return {
    first: setting.honest.map((member): number => {
      const docs = [table.number(setting.proposal), table.number(setting.readies[member]!)].toSorted(
        (a, b) => a - b,
      )
      return locals.number({ member, docs, secrets: null, opened: [], broken: [] })
    }),
    /** Every state of all members that may follow this one, by one act or crash of one member. */
    async after(state: State): Promise<Move[]> {
      const setAt = signedIn(state)
      const found: Move[] = []
      for (const [i, at] of state.entries())
        for (const [to, by] of await nextOf(at, setAt)) found.push({ to: state.with(i, to), by })
      return found
    },
    faults: (): string[] => [...faults].map(([fault, how]) => `${fault}\n    after ${how}`),
    counts: () => ({ locals: locals.count(), signed: signed.count(), steps: steps.size }),
  }
}
