import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

interface Fault {
  readonly file: string
  readonly find: string
  readonly put: string
}

/** Faults that a secure sum must not have, each as a change to the real module: the referee has to find every one. */
export const faults: Record<string, readonly Fault[]> = {
  // The member keeps its mask after it left an attempt, and finishes it when it wakes up late.
  'mask-kept-after-abort': [
    { file: 'network/rounds/round-acts.ts', find: 'loop.memory().eraseSecrets()', put: 'void 0' },
    { file: 'network/rounds/machine.ts', find: '    giveUp,\n', put: '    finishOld,\n    giveUp,\n' },
    { file: 'network/rounds/machine.ts', find: 'openLate }', put: 'finishOld, openLate }' },
    {
      file: 'network/rounds/exchanging.ts',
      find: 'export const openLate: Step =',
      put: `export const finishOld: Step = (s, attempt) => {
        for (let old = 0; old < attempt; old++) {
          const record = attemptOf(s.record, old)
          const roster = acceptedRoster(s, record)
          if (!roster || s.memory.secrets?.roster !== roster.id || !record.commitments.has(s.me)) continue
          if (record.reveals.has(s.me) || record.commitments.size < memberIds(roster).size) continue
          return { act: 'reveal', roster }
        }
        return null
      }
      export const openLate: Step =`,
    },
  ],
  // The member signs whatever it is asked to, a second roster of the same attempt included.
  'second-roster-signed': [
    {
      file: 'network/rounds/exchange-acts.ts',
      find: "record({ kind: 'acceptance', ...placeOf(roster), roster: roster.id, ctx, key }, 'accepted', roster.id)",
      put: `record({ kind: 'acceptance', ...placeOf(roster), roster: roster.id, ctx, key }, 'accepted', roster.id)
        if (ports.random(1)[0]! < 8) record({ kind: 'acceptance', ...placeOf(roster), roster: ctx, ctx, key }, 'accepted', ctx)`,
    },
  ],
  'early-reveal': [
    {
      file: 'network/rounds/exchanging.ts',
      find: 'if (!all(ids, record.commitments, fits)) return null',
      put: '',
    },
  ],
  // Updates from a base that stands still are added up over other members.
  'training-unguarded': [
    {
      file: 'network/rounds/allowed.ts',
      find: 'return earlier.length === 0 ? null : guardFault(',
      put: "return earlier.length === 0 || s.kind === 'training' ? null : guardFault(",
    },
    {
      file: 'network/rounds/exchange-acts.ts',
      find: 'if (guardFault(',
      put: "if (s.kind !== 'training' && guardFault(",
    },
  ],
  // A leader may leave out whom it likes.
  'omitted-ready-accepted': [
    { file: 'network/rounds/justified.ts', find: 'return found?.id ?? null', put: 'void found; return null' },
  ],
  // Whoever is named counts, confirmed or not.
  'unconfirmed-counted': [
    {
      file: 'network/rounds/allowed.ts',
      find: 'member === s.me ? s.confirmed(id) : confirmed?.includes(id)',
      put: 'member === s.me || confirmed?.includes(id)',
    },
    {
      file: 'network/rounds/leading.ts',
      find: "if (counted < smallestRoster(s.study.body)) return 'unconfirmed'",
      put: 'void counted',
    },
    {
      file: 'network/rounds/leading.ts',
      find: 'const confirmed = all.filter((id) => id === s.me || s.confirmed(id))',
      put: 'const confirmed = all',
    },
  ],
  // What a promise claims is taken for true.
  'claim-believed': [
    {
      file: 'network/rounds/claims.ts',
      find: 'if (body.revealed && !hasRevealed(s.record, author)) return false',
      put: 'return true',
    },
  ],
  // Masks are opened for whatever contributions others may have seen.
  'seen-ignored': [{ file: 'network/rounds/exchanging.ts', find: '&& body.seen === seen', put: '' }],
  // An attempt is repeated although a mask of it was opened.
  'spent-repeated': [
    {
      file: 'network/rounds/roster.ts',
      find: "return because.some((one) => one.body.revealed) ? { do: 'void' } : null",
      put: 'return null',
    },
  ],
  // A time of the product's own instead of the study's.
  'fixed-computing-time': [
    { file: 'network/rounds/leading.ts', find: 's.study.body.rules.pace.compute', put: '2000' },
  ],
  'fixed-exchange-time': [
    {
      file: 'network/rounds/giving-up.ts',
      find: '2 ** Math.floor((attempt + voids) / ATTEMPTS_ALIKE)',
      put: '1',
    },
  ],
  // Void rounds teach nobody how slow the network is.
  'voids-forgotten': [
    { file: 'network/rounds/giving-up.ts', find: '(attempt + voids)', put: '(attempt + 0 * voids)' },
  ],
  // Whoever votes twice has two votes.
  'second-vote-counted': [
    { file: 'network/rounds/votes.ts', find: 'own.length === 1 ? own : []', put: 'own' },
    {
      file: 'network/rounds/votes.ts',
      find: 'if (authors.size !== ids.length) return null',
      put: 'void authors',
    },
  ],
  // Half of the votes take a model back.
  'rollback-by-half': [{ file: 'electron/domain/gate.ts', find: '2 * worse > of', put: '2 * worse >= of' }],
  // Members go on from a model that they know to be voted down.
  'rollback-ignored': [
    {
      file: 'network/rounds/votes.ts',
      find: 'const here = votesOn(library, study.id, trial)',
      put: 'const here = votesOn(library, study.id, trial).slice(0, 0)',
    },
  ],
}

/** Plants a fault into every module loaded afterwards. Throws when the place is not there any more. */
export function plant(name: string): void {
  const list = faults[name]
  if (!list) throw new RangeError(`No fault is called ${name}`)
  registerHooks({
    load(url, context, nextLoad) {
      const here = list.filter((one) => url.startsWith('file:') && url.endsWith(one.file))
      if (here.length === 0) return nextLoad(url, context)
      const source = readFileSync(fileURLToPath(url), 'utf8')
      const changed = here.reduce((text, { file, find, put }) => {
        if (!text.includes(find)) throw new Error(`${file} no longer has the place where ${name} is planted`)
        return text.replace(find, put)
      }, source)
      return { format: 'module-typescript', shortCircuit: true, source: changed }
    },
  })
}
