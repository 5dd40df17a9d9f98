import type { Hash } from '#domain/values.ts'
import type { Clock } from '../ports.ts'
import type { Memory, Opened, Secrets } from './situation.ts'

/** The changing side of a round's memory: what the runner writes and the machine reads. */
export interface RoundMemory extends Memory {
  setContribution(contribution: Memory['contribution']): void
  setComputedFor(next: Memory['computedFor']): void
  setVerdict(verdict: Memory['verdict']): void
  setSecrets(secrets: Secrets): void
  /** Overwrites and forgets the attempt's keys. */
  eraseSecrets(): void
  setOpened(attempt: number, opened: Opened): void
  setBroken(attempt: number): void
  setFetching(hash: Hash, on: boolean): void
  abort: AbortController
}

/** Memory of one round; `holds` tells which bytes of its study are on the shelf. It lives only as long as this process: keys in it are never written anywhere. */
export function createMemory(clock: Clock, holds: (hash: Hash) => boolean): RoundMemory {
  const marks = new Map<string, number>()
  const opened = new Map<number, Opened>()
  const broken = new Set<number>()
  const fetching = new Set<Hash>()
  const held = new Set<Hash>()
  let contribution: Memory['contribution'] = null
  let computedFor: Memory['computedFor'] = null
  let verdict: Memory['verdict'] = null
  let secrets: Secrets | null = null
  return {
    get contribution() {
      return contribution
    },
    get computedFor() {
      return computedFor
    },
    get verdict() {
      return verdict
    },
    get secrets() {
      return secrets
    },
    opened,
    broken,
    holds(hash) {
      // What a round holds stays until the round is decided.
      if (!held.has(hash) && holds(hash)) held.add(hash)
      return held.has(hash)
    },
    fetching: (hash) => fetching.has(hash),
    mark(what) {
      const known = marks.get(what) ?? clock.ticks()
      marks.set(what, known)
      return known
    },
    setContribution(next) {
      contribution = next
    },
    setComputedFor(next) {
      computedFor = next
    },
    setVerdict(next) {
      verdict = next
    },
    setSecrets(next) {
      secrets = next
    },
    eraseSecrets() {
      secrets?.secretKey.fill(0)
      secrets?.seed.fill(0)
      secrets = null
    },
    setOpened: (attempt, outcome) => void opened.set(attempt, outcome),
    setBroken: (attempt) => void broken.add(attempt),
    setFetching: (hash, on) => void (on ? fetching.add(hash) : fetching.delete(hash)),
    abort: new AbortController(),
  }
}
