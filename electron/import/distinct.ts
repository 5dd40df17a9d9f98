import { ownText } from './words.ts'

/** How many different texts or numbers were added: exact up to 10,000, then within about 2 percent. */
export interface Distinct {
  add(value: string | number): void
  count(): number
}

const EXACT = 10_000
const BITS = 12
const REGISTERS = 2 ** BITS

/** Counts exactly at first; beyond, HyperLogLog (Flajolet et al. 2007) with 4,096 registers, so memory stays bounded. */
export function createDistinct(): Distinct {
  let exact: Set<string | number> | null = new Set()
  // Made when they are needed: most columns have few different values.
  let registers: Uint8Array | null = null

  function note(value: string | number) {
    const all = (registers ??= new Uint8Array(REGISTERS))
    const hash = typeof value === 'number' ? hashNumber(value) : hashText(value)
    const place = hash >>> (32 - BITS)
    const rank = Math.clz32(((hash << BITS) | (REGISTERS >> 1)) >>> 0) + 1
    if (rank > (all[place] ?? 0)) all[place] = rank
  }
  return {
    add(value) {
      if (!exact) return note(value)
      exact.add(typeof value === 'number' ? value : ownText(value))
      if (exact.size <= EXACT) return
      for (const known of exact) note(known)
      exact = null
    },
    count: () => exact?.size ?? (registers ? estimate(registers) : 0),
  }
}

function estimate(registers: Uint8Array): number {
  const sum = registers.reduce((total, rank) => total + 2 ** -rank, 0)
  const alpha = 0.7213 / (1 + 1.079 / REGISTERS)
  const raw = (alpha * REGISTERS ** 2) / sum
  // Large-range correction for a hash of 32 bits.
  return Math.round(raw > 2 ** 32 / 30 ? -(2 ** 32) * Math.log(1 - raw / 2 ** 32) : raw)
}

/** FNV-1a over UTF-16 units, 32 bits. Not for secrets. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash)
}

const number = new Float64Array(1)
const halves = new Uint32Array(number.buffer)

/** 32 bits of the 64 of a number. Not for secrets. */
export function hashNumber(value: number): number {
  number[0] = value
  return mix(mix(halves[0] ?? 0) ^ (halves[1] ?? 0))
}

/** The finaliser of MurmurHash3: every bit in changes half of the bits out. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
