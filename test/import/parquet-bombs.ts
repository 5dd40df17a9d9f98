/** Parquet files that claim or hold far more than their size: written here byte by byte, since no library writes them. */

type Value =
  { readonly int: number } | { readonly text: string } | { readonly list: readonly Value[] } | Struct
interface Struct {
  readonly fields: readonly (readonly [number, Value])[]
}

const [I32, BINARY, LIST, STRUCT] = [5, 8, 9, 12]

/** Thrift's compact protocol, as far as Parquet's headers need it. */
function typeOf(value: Value): number {
  if ('int' in value) return I32
  if ('text' in value) return BINARY
  return 'list' in value ? LIST : STRUCT
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let left = value
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return [...bytes, left]
}

function encode(value: Value): Buffer {
  if ('int' in value) return Buffer.from(varint(value.int * 2))
  if ('text' in value) return Buffer.concat([Buffer.from(varint(value.text.length)), Buffer.from(value.text)])
  if ('list' in value) {
    const type = value.list[0] ? typeOf(value.list[0]) : I32
    return Buffer.concat([
      Buffer.from([0xf0 | type, ...varint(value.list.length)]),
      ...value.list.map(encode),
    ])
  }
  let last = 0
  const parts = value.fields.flatMap(([id, one]) => {
    const header = Buffer.from([((id - last) << 4) | typeOf(one)])
    last = id
    return [header, encode(one)]
  })
  return Buffer.concat([...parts, Buffer.from([0])])
}

const int = (value: number): Value => ({ int: value })
const text = (value: string): Value => ({ text: value })
const struct = (...fields: (readonly [number, Value])[]): Struct => ({ fields })

const BYTES = 6
const [PLAIN, RLE, DICTIONARY] = [0, 3, 8]

/** What a file claims: by default it is honest about one word that stands in every row. */
export interface Claims {
  readonly rows: number
  readonly columns?: number
  /** Compression (1: Snappy, 2: gzip, 6: Zstandard), and how large the page says it is once unpacked. */
  readonly codec?: number
  readonly unpacked?: number
  /** Words that the dictionary says it has. */
  readonly words?: number
  readonly depth?: number
}

/** A Parquet file of some hundred bytes for each column. */
export function parquetOf(claims: Claims): Buffer {
  const { rows, columns = 1, depth = 1 } = claims
  const parts: Buffer[] = [Buffer.from('PAR1')]
  const names = Array.from({ length: columns }, (_, i) => `c${i}`)
  const chunks = names.map((name) => {
    const offset = parts.reduce((sum, one) => sum + one.length, 0)
    const pages = pagesOf(claims)
    parts.push(...pages)
    return chunkOf(claims, {
      name,
      offset,
      dictionary: pages[0]!.length + pages[1]!.length,
      size: sizeOf(pages),
    })
  })
  const group = struct([1, { list: chunks }], [2, int(1000)], [3, int(rows)])
  const schema = { list: schemaOf(names, depth) }
  const footer = encode(struct([1, int(1)], [2, schema], [3, int(rows)], [4, { list: [group] }]))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(footer.length)
  return Buffer.concat([...parts, footer, length, Buffer.from('PAR1')])
}

const sizeOf = (parts: readonly Buffer[]) => parts.reduce((sum, one) => sum + one.length, 0)

function pagesOf({ rows, codec = 0, unpacked, words = 1 }: Claims): Buffer[] {
  const dictionary = Buffer.from([1, 0, 0, 0, 0x78])
  const data = Buffer.from([1, ...varint(rows * 2), 0])
  const sized = (page: Buffer) =>
    [
      [2, int(codec ? (unpacked ?? page.length) : page.length)],
      [3, int(page.length)],
    ] as const
  const first = struct([1, int(2)], ...sized(dictionary), [7, struct([1, int(words)], [2, int(PLAIN)])])
  const about = struct([1, int(rows)], [2, int(DICTIONARY)], [3, int(RLE)], [4, int(RLE)])
  return [encode(first), dictionary, encode(struct([1, int(0)], ...sized(data), [5, about])), data]
}

interface Place {
  readonly name: string
  readonly offset: number
  readonly dictionary: number
  readonly size: number
}

function chunkOf({ rows, codec = 0, depth = 1 }: Claims, { name, offset, dictionary, size }: Place): Value {
  const path = [...Array.from({ length: depth - 1 }, (_, i) => text(`g${i}`)), text(name)]
  const about = struct(
    [1, int(BYTES)],
    [2, { list: [int(DICTIONARY)] }],
    [3, { list: path }],
    [4, int(codec)],
    [5, int(rows)],
    [6, int(size)],
    [7, int(size)],
    [9, int(offset + dictionary)],
    [11, int(offset)],
  )
  return struct([2, int(offset)], [3, about])
}

function schemaOf(names: readonly string[], depth: number): Value[] {
  const root = struct([4, text('root')], [5, int(depth > 1 ? 1 : names.length)])
  const groups = Array.from({ length: depth - 1 }, (_, i) =>
    struct([3, int(0)], [4, text(`g${i}`)], [5, int(i === depth - 2 ? names.length : 1)]),
  )
  return [root, ...groups, ...names.map((name) => struct([1, int(BYTES)], [3, int(0)], [4, text(name)]))]
}
