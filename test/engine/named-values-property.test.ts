import { expect, test } from 'vitest'
import type { Cell, OutcomeSource } from '#domain/dataset.ts'
import { aMapping } from './a-study.ts'
import { equals, from, read, study } from './naming-kit.ts'

function draw(seed: number) {
  let state = seed >>> 0
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const below = (most: number) => Math.floor(next() * most)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  return { next, below, pick }
}
type Draw = ReturnType<typeof draw>

const WORDS = [
  'dead',
  'alive',
  '1',
  '0',
  '2',
  '-9',
  'yes',
  'no',
  'M',
  'f',
  'med',
  'icu',
  'Straße',
  'n/k',
  '7',
]
const OPPOSITE: Record<string, string[]> = {
  ...{ dead: ['alive'], alive: ['dead'], 1: ['0'], 0: ['1'], yes: ['no'], no: ['yes'] },
}

/** A word as another hospital may write it. */
function dressed(word: string, { pick }: Draw): Cell {
  const whole = Number(word)
  return pick<() => Cell>([
    () => word,
    () => word.toUpperCase().replace('STRASSE', 'STRAßE'),
    () => ` ${word.toLowerCase()}\u00a0`,
    () => `\u200e${word}\ufeff`,
    () => word.normalize('NFD'),
    () => word.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
    () => (/^-?[1-9]\d*$|^0$/.test(word) ? whole : word),
  ])()
}

test('no outcome, yes or no, or category of any random table comes from a value that its random mapping does not name', async () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const rnd = draw(seed)
    const words = [...WORDS].toSorted(() => rnd.next() - 0.5)
    const take = (most: number) => words.splice(0, 1 + rnd.below(most))
    const [positive, negative, codes] = [take(2), rnd.next() < 0.5 ? take(2) : [], take(1)]
    const truth = new Map<string, number>()
    const no = negative.length > 0 ? negative : positive.flatMap((word) => OPPOSITE[word] ?? [])
    for (const word of no) truth.set(word, 0)
    for (const word of positive) truth.set(word, 1)
    for (const word of codes) truth.set(word, NaN)

    const chosen = Array.from({ length: 30 }, () => rnd.pick(WORDS))
    const cells = chosen.map((word) => dressed(word, rnd))
    const of = (word: string) => truth.get(word)
    const wanted = chosen.map((word) => of(word) ?? NaN)
    const stops = chosen.filter((word) => of(word) === undefined).length
    const values = Object.fromEntries([
      ...positive.map((word) => [word, 'yes'] as const),
      ...(negative.length > 0 ? negative : ['unheard']).map((word) => [word, 'no'] as const),
    ])
    const wards = Object.fromEntries(positive.map((word) => [word, 'surg']))
    const mapping = aMapping({
      variables: {
        male: from('o', { values, missingCodes: codes }),
        ward: from('o', { values: wards, missingCodes: codes }),
      },
      outcome: equals(positive, { negative, missingCodes: codes }),
    })
    const mapped = await read(study(), mapping, { o: cells })
    expect([seed, [...mapped.table.outcome]]).toEqual([seed, wanted])
    expect([seed, mapped.outcomeUnreadable]).toEqual([seed, stops])
    const inTime: OutcomeSource = {
      ...{ rule: 'survival', time: 't', event: 'o', happened: positive },
      ...{ censored: negative, missingCodes: codes },
    }
    const timed = await read(
      study('survival'),
      { ...mapping, outcome: inTime },
      { o: cells, t: cells.map(() => 3) },
    )
    expect([
      seed,
      Array.from(timed.table.outcome, (time, row) => (Number.isNaN(time) ? NaN : timed.table.event![row])),
    ]).toEqual([seed, wanted])
    const named = (word: string, known: Record<string, number | undefined>) =>
      Number.isNaN(of(word)) ? NaN : (known[word] ?? NaN)
    const own = (list: readonly string[], value: number) =>
      Object.fromEntries(list.map((word) => [word, value]))
    const answers = { yes: 1, no: 0, ...own(negative, 0), ...own(positive, 1) }
    const [ward = [], male = []] = mapped.table.columns
    expect([seed, [...male]]).toEqual([seed, chosen.map((word) => named(word, answers))])
    const listed = { med: 0, icu: 2, ...own(positive, 1) }
    expect([seed, [...ward]]).toEqual([seed, chosen.map((word) => named(word, listed))])
  }
})
