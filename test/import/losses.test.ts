import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

function draw(seed: number) {
  let state = seed >>> 0
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const below = (most: number) => Math.floor(next() * most)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  return { next, below, pick }
}
type Draw = ReturnType<typeof draw>

/** A number as one hospital writes it: the text and what it means. */
function numberCell(rnd: Draw, mark: string): [string, number] {
  const value = Math.round((rnd.next() * 400 - 100) * 10) / 10 + 0
  const plain = Math.abs(value).toFixed(1).replace('.', mark)
  const sign = value < 0 ? '-' : ''
  const ways = [
    `${sign}${plain}`,
    `${value < 0 ? '−' : ''}${plain}`,
    value < 0 ? `${plain}-` : `+${plain}`,
    `\u200e${sign}${plain}`,
    `="${sign}${plain}"`,
    `${sign}${plain} mg`,
    `'${sign}${plain}`,
  ]
  return [rnd.pick(ways), value]
}
const EMPTY = ['', ' ', 'NA', '#NULL!', '\\N', '--', '.', 'n/a', 'NULL', 'unknown', '#DIV/0!']
const ODD = ['see note', 'broken tube', 'patient asleep']

interface Made {
  readonly cells: string[]
  readonly numbers: (number | null)[]
  readonly odd: number
}

function table(seed: number): Made {
  const rnd = draw(seed)
  const mark = rnd.pick(['.', ','])
  const rows = 30 + rnd.below(60)
  const cells: string[] = []
  const numbers: (number | null)[] = []
  let odd = 0
  for (let row = 0; row < rows; row += 1) {
    const kind = rnd.next()
    if (kind < 0.85 || row < 20) {
      const [text, value] = numberCell(rnd, mark)
      cells.push(text)
      numbers.push(value)
    } else if (kind < 0.95) {
      cells.push(rnd.pick(EMPTY))
      numbers.push(null)
    } else {
      cells.push(rnd.pick(ODD))
      numbers.push(null)
      odd += 1
    }
  }
  return { cells, numbers, odd }
}

const read = (cells: readonly string[], edits: Parameters<typeof readDirectly>[3] = []) =>
  readDirectly(
    ['n\tx', ...cells.map((cell, row) => `r${row}\t${cell}`), ''].join('\n'),
    1 << 20,
    { dialect: { delimiter: '\t', quote: '' } },
    edits,
  )

test('of 300 made tables every cell is kept as what it means, or is listed and counted; none is lost in silence', async () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const { cells, numbers, odd } = table(seed)
    const found = await read(cells)
    const kept = found.rows.map((row) => row[1])
    expect([seed, kept]).toEqual([seed, numbers])
    const { missing = 0 } = found.columns[1] ?? {}
    const unreadable = found.profile[1]?.suspicious.find(({ kind }) => kind === 'unreadable')?.rows ?? 0
    const empty = numbers.filter((one) => one === null).length - odd
    expect([seed, unreadable, missing]).toEqual([seed, odd, empty + odd])
    const told = found.preview?.columns[1]?.suggestedCodes.reduce((sum, { count }) => sum + count, 0) ?? 0
    expect([seed, told]).toEqual([seed, odd])
  }
})

test('accepting the codes that are shown, and choosing numbers, never makes a good cell missing', async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const { cells, numbers } = table(seed + 1000)
    // More odd words than numbers are told apart by: the column stays one of words until a person says otherwise.
    const spoilt = draw(seed)
    const odd = cells.map((cell, row) => (spoilt.next() < 0.25 && row > 5 ? 'code 7' : cell))
    const wanted = numbers.map((value, row) => (odd[row] === 'code 7' ? null : value))
    const { preview } = await read(odd)
    const column = preview?.columns[1]
    const missingCodes = [
      ...(column?.missingCodes ?? []),
      ...(column?.suggestedCodes ?? []).map(({ code }) => code),
    ]
    for (const edit of [{ type: 'real' as const }, { type: 'real' as const, missingCodes }]) {
      const chosen = await read(odd, [{ column: 'x', ...edit }])
      expect([seed, chosen.rows.map((row) => row[1])]).toEqual([seed, wanted])
    }
  }
})
