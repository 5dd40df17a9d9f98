/** Writes DICOM files for tests: elements by tag, in the transfer syntax that is asked for. */

export type Value = string | Uint8Array | number | readonly Elements[]
/** Elements by tag and value representation, as '00100020 LO'. */
export type Elements = Readonly<Record<string, Value>>
type Syntax = 'explicit' | 'implicit' | 'big'

export const UIDS = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  big: '1.2.840.10008.1.2.2',
}
const LONG = /^(?:O[BDFLVW]|SQ|U[CNRT])$/

/** A data set, without anything before it. */
export function dataSet(elements: Elements, syntax: Syntax = 'explicit'): Buffer {
  const written = Object.entries(elements).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.concat(written.map(([key, value]) => element(key, value, syntax)))
}

function element(key: string, value: Value, syntax: Syntax): Buffer {
  const [tag = '', vr = ''] = key.split(' ')
  const bytes = bytesOf(value, vr, syntax)
  const put16 = (buffer: Buffer, number: number, at: number) =>
    syntax === 'big' ? buffer.writeUInt16BE(number, at) : buffer.writeUInt16LE(number, at)
  const put32 = (buffer: Buffer, number: number, at: number) =>
    syntax === 'big' ? buffer.writeUInt32BE(number, at) : buffer.writeUInt32LE(number, at)
  const isLong = LONG.test(vr)
  const head = Buffer.alloc(syntax !== 'implicit' && isLong ? 12 : 8)
  put16(head, Number.parseInt(tag.slice(0, 4), 16), 0)
  put16(head, Number.parseInt(tag.slice(4), 16), 2)
  if (syntax !== 'implicit') head.write(vr, 4, 'latin1')
  if (syntax === 'implicit') put32(head, bytes.length, 4)
  else if (isLong) put32(head, bytes.length, 8)
  else put16(head, bytes.length, 6)
  return Buffer.concat([head, bytes])
}

function bytesOf(value: Value, vr: string, syntax: Syntax): Buffer {
  if (typeof value === 'number') return numberBytes(value, vr, syntax)
  if (value instanceof Uint8Array) return even(Buffer.from(value))
  if (typeof value === 'string') return even(Buffer.from(value, 'latin1'))
  return Buffer.concat(value.map((item) => itemOf(dataSet(item, syntax), syntax)))
}

function numberBytes(value: number, vr: string, syntax: Syntax): Buffer {
  const bytes = Buffer.alloc(vr === 'FD' ? 8 : 2)
  if (vr === 'FD' && syntax === 'big') bytes.writeDoubleBE(value)
  else if (vr === 'FD') bytes.writeDoubleLE(value)
  else if (syntax === 'big') bytes.writeUInt16BE(value)
  else bytes.writeUInt16LE(value)
  return bytes
}

function even(bytes: Buffer): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(' ')])
}

function itemOf(bytes: Buffer, syntax: Syntax): Buffer {
  const head = Buffer.alloc(8)
  if (syntax === 'big') {
    head.writeUInt32BE(0xfffee000, 0)
    head.writeUInt32BE(bytes.length, 4)
  } else {
    head.writeUInt32LE(0xe000fffe, 0)
    head.writeUInt32LE(bytes.length, 4)
  }
  return Buffer.concat([head, bytes])
}

/** A meta header that declares a transfer syntax. */
export function metaHeader(uid: string): Buffer {
  const ending = uid.length % 2 === 0 ? '' : '\0'
  return dataSet({ '00020002 UI': '1.2.840.10008.5.1.4.1.1.2\0', '00020010 UI': uid + ending })
}

const START = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')])

/** A whole file: preamble, meta header, data set. */
export function dicomFile(elements: Elements): Uint8Array<ArrayBuffer> {
  return fileOf(metaHeader(UIDS.explicit), dataSet(elements))
}

/** A file of these parts, with its preamble before them. */
export function fileOf(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([START, ...parts]))
}
