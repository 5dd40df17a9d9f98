import { base64urlnopad } from '@scure/base'
import type { Document, Roster } from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import { createKeyPair, maskContribution } from '../averaging/masks.ts'
import { sha256 } from '../hash.ts'
import { openAttemptSum } from './open.ts'
import { seenOf } from './outcomes.ts'
import { withTimeout, workOf, type Doing } from './performing.ts'
import { guardFault } from './guard.ts'
import { inputsOf } from './openings.ts'
import { attemptOf, memberIds } from './record.ts'
import { contextOf } from './situation.ts'

function placeOf({ body: { study, round, attempt } }: Document<Roster>) {
  return { study, round, attempt }
}

/** Signs this member's one roster of the attempt, with fresh keys for it. */
export const accept: Doing<'accept'> = ({ ports, loop, times, record }, { roster }) => {
  const { secretKey, publicKey } = createKeyPair(ports.random)
  const memory = loop.memory()
  memory.eraseSecrets()
  if (roster.body.action.do === 'sum') {
    memory.setSecrets({ roster: roster.id, secretKey, seed: ports.random(32) })
    times.exchangeFrom = ports.clock.ticks()
  }
  const key = base64urlnopad.encode(publicKey)
  const ctx = contextOf(roster.body)
  record({ kind: 'acceptance', ...placeOf(roster), roster: roster.id, ctx, key }, 'accepted', roster.id)
}

/** Masks our contribution and fixes it by its hash, together with the hash of our own mask's seed. */
export const commit: Doing<'commit'> = async ({ ports, loop, record }, { roster }, s) => {
  const { secrets, contribution } = loop.memory()
  const { action, attempt } = roster.body
  if (!secrets || contribution === null || typeof contribution === 'string' || action.do !== 'sum') return
  const ctx = contextOf(roster.body)
  const keys = [...attemptOf(s.record, attempt).acceptances.values()]
  const bytes = await maskContribution({
    ctx,
    me: s.me,
    members: [...memberIds(roster)],
    secretKey: secrets.secretKey,
    publicKeys: new Map(keys.map((one) => [one.author, base64urlnopad.decode(one.body.key)])),
    seed: secrets.seed,
    values: contribution.values,
    bound: action.bound,
  })
  // Another study may have committed to the same numbers while we masked them.
  if (guardFault(s.me, s.openings(contribution.inputs), inputsOf(s.record, action.members))) return
  const hash = sha256(bytes)
  const mask = sha256(secrets.seed)
  const { dataset, inputs } = contribution
  const members = action.members.map(({ id, ready }) => ({ id, ready }))
  record(
    { kind: 'commitment', ...placeOf(roster), ctx, dataset, contribution: hash, mask },
    'committed',
    hash,
    () => {
      ports.shelf.put(bytes, 'round', roster.body.study)
      ports.ledger.add({ ...placeOf(roster), members, inputs })
    },
  )
}

/** Starts fetching contributions that we lack, from whoever holds them. Those that come at the same moment are kept together. */
export const fetchMissing: Doing<'fetch'> = ({ ports, study, loop }, { contributions }, s) => {
  const memory = loop.memory()
  const came = new Map<Hash, Uint8Array>()
  const failed = (error: unknown) => {
    if (!memory.abort.signal.aborted) ports.failed(study.id, 'fetch', error)
  }
  function end(hashes: readonly Hash[]) {
    for (const hash of hashes) memory.setFetching(hash, false)
    loop.poke()
  }
  function keep() {
    const all = [...came]
    came.clear()
    try {
      ports.shelf.putAll(
        all.map(([, bytes]) => bytes),
        'round',
        study.id,
      )
    } catch (error) {
      failed(error)
    }
    end(all.map(([hash]) => hash))
  }
  for (const hash of contributions) {
    memory.setFetching(hash, true)
    const refused = (why: Error) => ports.failed(study.id, 'fetch', why, hash)
    const bytes = s.shape.length * 8
    ports.gossip.fetch(study.id, hash, bytes, withTimeout(memory.abort.signal), refused).then(
      (bytes) => {
        if (came.size === 0) queueMicrotask(keep)
        came.set(hash, bytes)
      },
      (error: unknown) => {
        failed(error)
        end([hash])
      },
    )
  }
}

/** Opens our own mask, now that every contribution of the roster is here. */
export const reveal: Doing<'reveal'> = ({ loop, record }, { roster }, s) => {
  const { secrets } = loop.memory()
  if (!secrets) return
  const mask = base64urlnopad.encode(secrets.seed)
  const ctx = contextOf(roster.body)
  const seen = seenOf(attemptOf(s.record, roster.body.attempt), [...memberIds(roster)])
  record({ kind: 'reveal', ...placeOf(roster), ctx, seen, mask }, 'revealed', sha256(secrets.seed))
}

/** Adds everything up and makes the artefact; an attempt that does not add up is marked broken. */
export const open: Doing<'open'> = async ({ ports, loop }, { roster }, s) => {
  const memory = loop.memory()
  const { roundKind: kind, base } = roster.body
  const opened = await openAttemptSum(s, roster, (hash) => ports.shelf.get(hash))
  if (!opened) return memory.setBroken(roster.body.attempt)
  const work = { ...workOf(s), kind, base }
  const artefact = await ports.worker.conclude(work, opened.sum, opened.weight)
  const sum = sha256(opened.bytes)
  memory.setOpened(roster.body.attempt, {
    roster: roster.id,
    sum,
    artefact: ports.shelf.put(artefact, 'always', roster.body.study),
    loss: ports.worker.lossOf?.(work, artefact) ?? null,
  })
}
