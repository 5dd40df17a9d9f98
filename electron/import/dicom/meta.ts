/** What the meta header of a DICOM file says (PS3.10, 7.1). */
export interface Meta {
  /** Where the data set begins. */
  readonly end: number
  /** The transfer syntax that it declares; null where it declares none. */
  readonly syntax: string | null
  /** The SOP class of what is in the file; empty where it is not said. */
  readonly media: string
}

const LONG = /^(?:O[BDFLVW]|SQ|U[CNRT])$/
const LETTERS = /^[A-Z]{2}$/
const [MEDIA, SYNTAX] = [0x0002, 0x0010]

/** Reads the elements of group 2 from `start` on, which are little endian, and explicit but for odd writers. */
export function metaOf(bytes: Uint8Array, start: number): Meta {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let [at, syntax, media] = [start, null as string | null, '']
  while (at + 8 <= bytes.length && view.getUint16(at, true) === 2) {
    const { value, length } = placeOf(view, bytes, at)
    const text = () => textAt(bytes, value, Math.min(length, 64)).replace(/[\0 ]+$/g, '')
    const element = view.getUint16(at + 2, true)
    if (element === SYNTAX) syntax = text() || null
    if (element === MEDIA) media = text()
    at = value + length
  }
  return { end: Math.min(at, bytes.length), syntax, media }
}

function placeOf(view: DataView, bytes: Uint8Array, at: number): { value: number; length: number } {
  const vr = textAt(bytes, at + 4, 2)
  if (!LETTERS.test(vr)) return { value: at + 8, length: view.getUint32(at + 4, true) }
  if (!LONG.test(vr)) return { value: at + 8, length: view.getUint16(at + 6, true) }
  const isWhole = at + 12 <= bytes.length
  return { value: at + 12, length: isWhole ? view.getUint32(at + 8, true) : 0 }
}

/** Bytes as letters, one for one. */
export function textAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}
