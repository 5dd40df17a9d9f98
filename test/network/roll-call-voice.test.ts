import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Invitation } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { makeInvitation, readInvitation } from '#network/identity/invitation.ts'
import { alike, createVoice, promiseOf, type Self, type Voice } from '#network/peers/roll-call-voice.ts'
import type { Entry } from '#network/protocols/roll-call.ts'

/** Random bytes that are the same in every run. */
function source(seed: string) {
  let count = 0
  return (bytes: number) =>
    new Uint8Array(createHash('sha256').update(`${seed}/${++count}`).digest().subarray(0, bytes))
}
const identities = new Map<string, ReturnType<typeof createIdentity>>()
function idOf(name: string) {
  const known = identities.get(name) ?? createIdentity(createHash('sha256').update(name).digest())
  identities.set(name, known)
  return known
}
const selfOf = (name: string): Self => ({ id: idOf(name).id, name, addresses: [] })

function callBy(caller: string, random = source(caller)): Invitation {
  const code = makeInvitation(idOf(caller), {
    name: caller,
    addresses: [],
    now: 1000,
    random,
    for: 'roll-call',
  })
  return readInvitation(code, 1000)
}
const sorted = (list: Entry[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1))
const numbersFor = (list: readonly Entry[], numbers: ReadonlyMap<string, string>) =>
  list.map(({ id }) => numbers.get(id) ?? '')

/** All of them hear each other's promises, then each other's numbers. */
function digestsOf(names: readonly string[], seed: string) {
  const invitation = callBy(names[0]!)
  const all = names.map((name) => {
    const me = selfOf(name)
    return { me, voice: createVoice({ invitation, me, random: source(`${seed}/${name}`) }) }
  })
  const list = sorted(all.map(({ me, voice }) => ({ ...me, commit: voice.commit })))
  const numbers = new Map(all.map(({ me, voice }) => [me.id, voice.open(list)]))
  return all.map(({ voice }) => Buffer.from(voice.digest(numbersFor(list, numbers))).toString('hex'))
}

test('all who hear the same come to the same words, and to others at every call', () => {
  const names = ['Aue', 'Buch', 'Calw', 'Dorn', 'Elm']
  const first = digestsOf(names, 'one')
  expect(new Set(first).size).toBe(1)
  expect(new Set([...first, ...digestsOf(names, 'two')]).size).toBe(2)
})

test('a number is opened for one list alone, with our own line as we said it, and for no other', () => {
  const invitation = callBy('Aue')
  const [me, caller] = [selfOf('Buch'), selfOf('Aue')]
  const make = () => createVoice({ invitation, me, random: source('b') })
  const of = (voice: Voice, change: Partial<Entry> = {}) =>
    sorted([
      { ...me, commit: voice.commit, ...change },
      { ...caller, commit: 'A'.repeat(43) },
    ])
  const code = (work: () => unknown) => {
    try {
      return String(work())
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const voice = make()
  const wrong: Entry[][] = [
    of(voice, { name: 'Buech' }),
    of(voice, { addresses: ['/ip4/10.0.0.1/tcp/1'] }),
    of(voice, { commit: 'B'.repeat(43) }),
    of(voice).toReversed(),
    [...of(voice), of(voice)[1]!],
    of(voice).slice(0, 1),
    [],
  ]
  for (const list of wrong) expect(code(() => voice.open(list))).toBe('promise-broken')
  const shadow = { ...selfOf('x'), name: 'büch', commit: 'C'.repeat(43) }
  expect(code(() => voice.open(sorted([...of(voice), shadow])))).toBe('names-alike')
  const number = voice.open(of(voice))
  expect(promiseOf(invitation, me.id, number)).toBe(voice.commit)
  expect(code(() => voice.open(of(voice)))).toBe('promise-broken')
  expect(code(() => voice.digest([number, number]))).toBe('promise-broken')
  expect(code(() => make().digest([]))).toBe('promise-broken')
})

test('names that people could take for each other are not in one list', () => {
  expect(alike(['Charité', 'Uniklinik Ulm'])).toBe(false)
  expect(alike(['Γενικό Νοσοκομείο', 'Больница 1', '東京病院'])).toBe(false)
  expect(alike(['Charité', 'charite '])).toBe(true)
  expect(alike(['Ulm', 'Uℓm', 'U.L.M.'])).toBe(true)
  // The second letter is Cyrillic.
  expect(alike(['Ulm', 'Pаris'])).toBe(true)
  expect(alike(['Ulm', '\u{200b}'])).toBe(true)
})

/** The bits of the words that this test looks at: a collision of all 66 would never be seen. */
const BITS = 6
const RUNS = 400
const headOf = (digest: Uint8Array) => (digest[0] ?? 0) & (2 ** BITS - 1)

type Opened = ReadonlyMap<InstitutionId, string>

/** One group with somebody in between: honest members by name, and the keys that stand for all others. */
function groupOf(run: number, names: readonly string[], others: readonly string[]) {
  const random = source(`between ${run} ${names.join()}`)
  const invitation = callBy('Evil', source(`code ${run}`))
  const evil = selfOf('Evil')
  const own = [evil, ...others.map((name) => ({ ...selfOf(`false ${run} ${name}`), name }))]
  const seeds = names.map((name) => ({ me: selfOf(name), seed: `${run} ${name}` }))
  const honest = seeds.map(({ me, seed }) => ({
    me,
    voice: createVoice({ invitation, me, random: source(seed) }),
  }))

  /** Fresh numbers of the attacker's, promised to this group. */
  function attempt() {
    const numbers = new Map(own.map(({ id }) => [id, Buffer.from(random(32)).toString('base64url')]))
    const mine = own.map((one) => ({
      ...one,
      commit: promiseOf(invitation, one.id, numbers.get(one.id) ?? ''),
    }))
    const theirs = honest.map(({ me, voice }) => ({ ...me, commit: voice.commit }))
    return { list: sorted([...theirs, ...mine]), numbers }
  }
  type Attempt = ReturnType<typeof attempt>

  return {
    attempt,
    /** What the words would be, were these the others' numbers. */
    guess({ list, numbers }: Attempt, leaked: Opened): number {
      const number = Buffer.from(numbers.get(evil.id) ?? '', 'base64url')
      const voice = createVoice({ invitation, me: evil, random: () => number })
      voice.open(list)
      return headOf(voice.digest(numbersFor(list, new Map([...numbers, ...leaked]))))
    },
    /** The numbers, as if they could be seen before they are opened. */
    leak: (): Opened =>
      new Map(seeds.map(({ me, seed }) => [me.id, Buffer.from(source(seed)(32)).toString('base64url')])),
    /** What the people of this group hear. */
    hear({ list, numbers }: Attempt): number[] {
      const opened = new Map(honest.map(({ me, voice }) => [me.id, voice.open(list)]))
      const all = numbersFor(list, new Map([...numbers, ...opened]))
      return honest.map(({ voice }) => headOf(voice.digest(all)))
    },
  }
}

/**
 * Somebody in between calls the roll for two groups, one after the other, knowing all that was said before. True when both
 * hear the same. `leaking`: as if numbers were open before all had promised; then it searches so many times.
 */
function standBetween(
  run: number,
  { tries, leaking }: { readonly tries: number; readonly leaking: boolean },
) {
  const pairs = [
    ['Aue', 'Buch'],
    ['Calw', 'Dorn'],
  ]
  const [one, other] = (run % 2 === 0 ? pairs : pairs.toReversed()) as [string[], string[]]
  const [first, second] = [groupOf(run, one, other), groupOf(run, other, one)]
  const [wanted] = first.hear(first.attempt())
  const all = Array.from({ length: tries }, second.attempt)
  const leaked = leaking ? second.leak() : null
  const chosen = (leaked && all.find((each) => second.guess(each, leaked) === wanted)) ?? second.attempt()
  return second.hear(chosen).every((heard) => heard === wanted)
}

test('whoever stands between two groups is heard as other words, but for one case in two to the bits', () => {
  const hits = Array.from({ length: RUNS }, (_, run) => standBetween(run, { tries: 1, leaking: false }))
  const count = hits.filter(Boolean).length
  const expected = RUNS / 2 ** BITS
  expect(count).toBeLessThan(expected + 5 * Math.sqrt(expected))
  // Were numbers open before all had promised, a short search would find the same words every time.
  const found = Array.from({ length: 4 }, (_, run) => standBetween(run, { tries: 1000, leaking: true }))
  expect(found).toEqual(found.map(() => true))
})
