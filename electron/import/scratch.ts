/** Arrays that are written over and over: a new one for each run of cells would keep the memory's cleaner busy. */
export interface Scratch {
  readonly values: (length: number) => Float64Array<ArrayBuffer>
  readonly codes: (length: number) => Uint32Array<ArrayBuffer>
  readonly marks: (length: number) => Float64Array<ArrayBuffer>
}

/** Shared by columns that are typed one after the other. What was in an array before still stands in it. */
export function createScratch(): Scratch {
  return {
    values: grown((length) => new Float64Array(length)),
    codes: grown((length) => new Uint32Array(length)),
    marks: grown((length) => new Float64Array(length)),
  }
}

function grown<T extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(make: (length: number) => T) {
  let room = make(0)
  return (length: number): T => {
    if (room.length < length) room = make(length)
    return (room.length === length ? room : room.subarray(0, length)) as T // of its own kind
  }
}
