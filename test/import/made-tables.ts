import { numbersOf } from './fuzz.ts'

/** A file whose table the generator knows. */
export interface MadeTable {
  readonly name: string
  readonly text: string
  /** Null where the table has no header. */
  readonly names: readonly string[] | null
  readonly rows: number
  readonly columns: number
  /** Every cell of the file as a word of its own, with the line it stands on (1 = first). */
  readonly cells: readonly { readonly word: string; readonly line: number }[]
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const ENDS = ['\n', '\r\n', '\r'] as const
const NAMES = ['patient', 'age', 'crp', 'admitted', 'ward', 'heart rate', 'sex', 'weight', 'score'] as const
const UNITS: Readonly<Record<string, string>> = {
  age: 'years',
  crp: 'mg/L',
  'heart rate': 'bpm',
  weight: 'kg',
}

type Draw = ReturnType<typeof drawOf>

function drawOf(seed: number) {
  const next = numbersOf(seed)
  const below = (most: number) => Math.floor(next() * most)
  return {
    below,
    chance: (share: number) => next() < share,
    pick: <T>(all: readonly T[]): T => all[below(all.length)] ?? all[0]!,
  }
}

/** A cell of a column, unlike every other cell of its file. */
function cellOf(name: string, serial: number, { below }: Draw): string {
  if (name === 'age' || name === 'heart rate' || name === 'score') return String(100_000 + serial)
  if (name === 'crp' || name === 'weight') return `${1000 + serial}.${1 + below(9)}`
  if (name === 'admitted') return new Date(serial * 86_400_000).toISOString().slice(0, 10)
  return `w${serial}x`
}

type Lines = { text: string; words: readonly string[] }[]

interface Plan {
  readonly draw: Draw
  readonly names: readonly string[]
  readonly delimiter: string
  readonly lines: Lines
  readonly header: boolean
}

const line = (cells: readonly string[], delimiter: string) => ({ text: cells.join(delimiter), words: cells })
const padded = (text: string, { names, delimiter }: Plan) => ({
  text: text + delimiter.repeat(names.length - 1),
  words: [],
})

/** What may stand around a table and in it; `lines` begins with the header where there is one. */
const AROUND: Readonly<Record<string, (plan: Plan) => void>> = {
  'titles with delimiters': (plan) =>
    void plan.lines.unshift(padded('Ward report', plan), padded('Printed in March', plan), padded('', plan)),
  'bare titles': ({ lines }) => void lines.unshift({ text: 'Report of the ward', words: [] }),
  comments: ({ lines, delimiter }) =>
    void lines.unshift(
      { text: `# made${delimiter} by hand`, words: [] },
      { text: '# version 1.1', words: [] },
    ),
  units(plan) {
    const units = plan.names.map((name) => UNITS[name] ?? '')
    if (plan.header && units.filter((unit) => unit !== '').length > 1)
      plan.lines.splice(1, 0, { text: units.join(plan.delimiter), words: [] })
  },
  dashes(plan) {
    if (plan.header)
      plan.lines.splice(1, 0, { text: plan.names.map(() => '-----').join(plan.delimiter), words: [] })
  },
  'headers again'({ lines, header, draw }) {
    const [first] = lines
    if (header && first) lines.splice(3 + draw.below(lines.length - 3), 0, { ...first, words: [] })
  },
  'a total': (plan) => void plan.lines.push({ ...padded('Total', plan), text: padded('Total', plan).text }),
  'empty lines below': (plan) => void plan.lines.push(padded('', plan), padded('', plan)),
  'delimiters behind rows'({ lines, delimiter, header }) {
    for (const one of lines.slice(header ? 1 : 0)) one.text += delimiter.repeat(header ? 2 : 0)
  },
  'a delimiter behind the header'({ lines, delimiter, header }) {
    if (header && lines[0]) lines[0].text += delimiter
  },
  'the delimiter named': ({ lines, delimiter }) =>
    void lines.unshift({ text: `"sep=${delimiter}"`, words: [] }),
  'zero bytes': ({ lines }) => void lines.push({ text: '\0\0\0', words: [] }),
  'quotes around all'({ lines, delimiter }) {
    for (const one of lines) {
      if (one.words.length > 0)
        one.text = one.text
          .split(delimiter)
          .map((cell) => `"${cell}"`)
          .join(delimiter)
    }
  },
}
/** Where these stand first, what comes after them would no longer be at the top or the end. */
const LAST = ['bare titles', 'titles with delimiters', 'comments', 'the delimiter named', 'zero bytes']
const APART = new Set(['delimiters behind rows', 'a delimiter behind the header', 'quotes around all'])

/** A table of random columns with up to three odd things around it; the same for the same seed. */
export function madeTable(seed: number): MadeTable {
  const draw = drawOf(seed)
  const width = 3 + draw.below(5)
  const names = ['patient', ...NAMES.slice(1, 4).slice(0, 2), ...NAMES.slice(3)].slice(0, width)
  const delimiter = draw.pick(DELIMITERS)
  const header = draw.chance(0.9)
  const rows = 6 + draw.below(30)
  let serial = 1000 * (1 + draw.below(5))
  const table = Array.from({ length: rows }, () =>
    line(
      names.map((name) => cellOf(name, (serial += 1), draw)),
      delimiter,
    ),
  )
  const lines: Lines = header ? [{ ...line(names, delimiter) }, ...table] : table
  const plan = { draw, names, delimiter, lines, header }
  const around = chosen(draw, header)
  for (const name of around) AROUND[name]?.(plan)
  const cells = lines.flatMap(({ words }, at) => words.map((word) => ({ word, line: at + 1 })))
  const text = lines.map((one) => one.text).join(draw.pick(ENDS))
  return {
    name: `made ${seed}: ${around.join(', ') || 'plain'}`,
    text,
    names: header ? names : null,
    rows,
    columns: width,
    cells,
  }
}

function chosen(draw: Draw, header: boolean): string[] {
  const all = Object.keys(AROUND).filter((name) => header || !name.startsWith('titles'))
  const some = new Set(Array.from({ length: draw.below(4) }, () => draw.pick(all)))
  const apart = [...some].filter((one) => APART.has(one)).slice(0, 1)
  const others = [...some].filter((one) => !APART.has(one))
  return [
    ...apart,
    ...others.filter((one) => !LAST.includes(one)),
    ...LAST.filter((one) => others.includes(one)),
  ]
}

/** The same file with lines broken as programs and people break them: cells lost, added, quoted and cut. */
export function brokenTable(seed: number): MadeTable {
  const made = madeTable(seed)
  const draw = drawOf(seed + 1_000_000)
  const end = made.text.includes('\r\n') ? '\r\n' : made.text.includes('\r') ? '\r' : '\n'
  const lines = made.text.split(end)
  for (let times = 1 + draw.below(5); times > 0; times -= 1) {
    const at = draw.below(lines.length)
    const text = lines[at] ?? ''
    const place = text.search(/[,;|\t]/)
    const ways = [
      text.replace(/([,;|\t])/, '$1$1'),
      `${text},`,
      place < 0 ? text : `${text.slice(0, place)} ${text.slice(place + 1)}`,
      place < 0 ? text : `${text.slice(0, place + 1)}"${text.slice(place + 1)}`,
      `"${text}`,
      text.replace(/w(\d)/, '"w$1'),
      `${text}"`,
      `#${text}`,
      `${text};`,
    ]
    lines[at] = draw.pick(ways)
  }
  return { ...made, text: lines.join(end) }
}
