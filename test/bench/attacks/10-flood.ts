import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { hashOf } from '#domain/canonical.ts'
import type { Body, Document } from '#domain/documents.ts'
import { planHash, type Study } from '#domain/study.ts'
import { aStudy } from '#kit/sample-study.ts'
import { until } from '#kit/real-clock.ts'
import { signDocument, toWire } from '#network/identity/documents.ts'
import { createIdentity, type Identity } from '#network/identity/identity.ts'
import { createLibrary } from '#store/library.ts'
import { createHospital, type Hospital } from '../../network/hospitals.ts'
import { dialAs, openLine } from '../../network/raw.ts'
import { agreeOnStudy, connectPairs, createRounding, pairsOf, type Rounding } from '../../network/rounding.ts'
import { makeHome } from '../../store/home.ts'
import type { Attack } from '../attack.ts'

const MB = 1e6
const SOCKETS = 1000
const HOLDER = fileURLToPath(new URL('../../network/socket-holder.ts', import.meta.url))

/** A stranger holds a thousand sockets, and a paired member sends as much as it may. */
export const attack: Attack = {
  row: 10,
  about: 'a stranger holds 1,000 idle sockets; a paired member fills the disk and the time of another',
  async run({ quick }) {
    const kept = await keepOut()
    const disk = await fillDisk(quick ? 4 : 30)
    const rounds = quick ? null : await slowDown(5)
    const slower = rounds === null ? '' : `; rounds ${rounds.toFixed(2)} times as slow`
    const got = `members got in after ${kept.join(', ')} ms beside ${SOCKETS} sockets; the disk grew by ${disk.toFixed(1)} MB${slower}`
    return { got, failed: Math.max(...kept) > 5000 || disk > 20 || (rounds ?? 0) > 1.5 }
  },
}

const portOf = (one: Hospital) => Number(/tcp\/(\d+)/.exec(one.net().addresses()[0] ?? '')?.[1])

/** A stranger's process with its sockets; ends when it is closed. */
async function aStranger(port: number) {
  const child = fork(HOLDER, [String(port), String(SOCKETS)], { execArgv: [] })
  await new Promise((resolve) => child.once('message', resolve))
  await sleep(1000)
  return () => void child.kill('SIGKILL')
}

/** Milliseconds that a member takes to get in, again and again, from the very address of the stranger. */
async function keepOut(): Promise<number[]> {
  const [victim, member] = [createHospital(0), createHospital(1)]
  await victim.start()
  victim.known.set(member.id, { ...member.peer(), addresses: [] })
  const end = await aStranger(portOf(victim))
  try {
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const began = performance.now()
      const raw = await dialAs(member.identity, victim)
      times.push(Math.round(performance.now() - began))
      await raw.stop()
    }
    return times
  } finally {
    end()
    await victim.stop()
  }
}

/** MB by which a victim's home grows while a paired member brings studies of its own making for so many seconds. */
async function fillDisk(seconds: number): Promise<number> {
  const home = makeHome()
  const mallory = createHospital(1)
  const victim = createHospital(0, { library: createLibrary(home.open()) })
  const size = () =>
    ['', '-wal'].reduce(
      (sum, end) => sum + (statSync(home.file + end, { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
  await victim.start()
  victim.known.set(mallory.id, { ...mallory.peer(), addresses: [] })
  const before = size()
  const line = await openLine(mallory.identity, victim)
  try {
    const end = performance.now() + seconds * 1000
    const flood = createFlood(victim, mallory.identity)
    let taken = 0
    while (performance.now() < end) taken += (await line.ask({ ask: 'give', documents: flood.next() })).taken
    if (taken === 0) throw new Error('Nothing at all was taken: the flood is broken')
    return (size() - before) / MB
  } finally {
    await line.close()
    await victim.stop()
    home.remove()
  }
}

/** Studies between the victim, one member and people whom that member made up, and documents of all their rounds. */
function createFlood(victim: Hospital, author: Identity) {
  const others = Array.from({ length: 30 }, () => createIdentity(randomBytes(32)))
  const ids = [victim.id, author.id, ...others.map((one) => one.id)].toSorted()
  let number = 0

  function aNewStudy(by: Identity): Document<Study> {
    const draft = aStudy(
      ids.map((id) => ({ id, name: 'H' })),
      `Study ${number++}`,
    )
    const rules = { ...draft.rules, lastRound: 20_000 }
    return signDocument(by, { ...draft, createdAt: Date.now(), expiresAt: Date.now() + 1e9, rules })
  }
  function fat(of: Document<Study>): Body {
    const [round, attempt] = [1 + (number % 20_000), Math.floor(number / 20_000)]
    return {
      ...{ kind: 'roster', study: of.id, round, attempt, version: 1, roundKind: 'training', base: null },
      ...{ planHash: planHash(of.body), because: ids.map((_, i) => hashOf([number, i])) },
      action: {
        ...{ do: 'sum', length: 1, bound: 1, absent: [] },
        members: ids.map((id) => ({ id, ready: hashOf(number), weight: 20 })),
      },
    }
  }
  return {
    /** The next message: a study every now and then, by itself or in the name of one who was made up. */
    next() {
      const by = number % 3 === 0 ? author : others[number % others.length]!
      const fresh = aNewStudy(by)
      const documents = Array.from({ length: 60 }, () => (number++, signDocument(author, fat(fresh))))
      return [fresh, ...documents].map(toWire)
    },
  }
}

/** How many times as long rounds of a second each take while both attack one of the members: the shorter of two runs of either. */
async function slowDown(trainings: number): Promise<number> {
  const calm: number[] = []
  const attacked: number[] = []
  for (let i = 0; i < 2; i++) {
    calm.push(await roundsTake(trainings, false))
    attacked.push(await roundsTake(trainings, true))
  }
  return Math.min(...attacked) / Math.min(...calm)
}

type Line = Awaited<ReturnType<typeof openLine>>
type Message = ReturnType<ReturnType<typeof createFlood>['next']>

async function sendAgain(line: Line, messages: readonly Message[], hasEnded: () => boolean): Promise<void> {
  for (let at = 0; !hasEnded(); at++)
    await line.ask({ ask: 'give', documents: messages[at % messages.length] ?? [] }).catch(() => sleep(100))
}

async function roundsTake(trainings: number, isAttacked: boolean): Promise<number> {
  const options = { length: 2000, trainings, computeMs: 1000 }
  const members = Array.from({ length: 4 }, (_, i) => createRounding(i, options))
  const [victim] = members as [Rounding, ...Rounding[]]
  const mallory = createHospital(9)
  let ending = false
  let end: () => void = () => undefined
  try {
    for (const one of members) await one.start()
    await connectPairs(members, pairsOf(members.length))
    victim.known.set(mallory.id, { ...mallory.peer(), addresses: [] })
    const line = isAttacked ? await openLine(mallory.identity, victim) : null
    if (isAttacked) end = await aStranger(portOf(victim))
    const flood = createFlood(victim, mallory.identity)
    // Signed before: what the attacker's own work costs is not the victim's, though all run in this process.
    const messages = line ? Array.from({ length: 60 }, () => flood.next()) : []
    const flooding = line ? sendAgain(line, messages, () => ending) : Promise.resolve()
    const began = performance.now()
    const study = agreeOnStudy(members, options)
    for (const one of members) one.takePart(study)
    const wanted = trainings + 1
    await until('the rounds are over', () => members.every((one) => one.decided.length >= wanted), 300_000)
    const took = performance.now() - began
    ending = true
    await flooding
    await line?.close()
    return took
  } finally {
    ending = true
    end()
    for (const one of members) await one.stop()
  }
}
