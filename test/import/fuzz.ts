import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#domain/errors.ts'
import type { ReadOptions } from '#domain/importing.ts'
import { createJob } from '#import/job.ts'

/** What came of many broken files. */
export interface FuzzReport {
  readonly files: number
  readonly tables: number
  readonly refused: number
  /** Ended by an error that is none of ours: in the import thread it would be told as unreadable. */
  readonly foreign: number
  readonly slowestMs: number
  readonly peakHeapMb: number
  readonly examples: readonly string[]
}

const SPECIAL = [
  '"',
  "'",
  ',',
  ';',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\\',
  '\0',
  '\uFFFD',
  '""',
  '=',
  '?',
  'é',
  '9999999999',
  '1e999',
  '-',
  '\u00ff',
]
const ODD_LENGTHS = [0, 1, 0x7f, 0x80, 0xff, 0xfffe, 0xffff]
const MAX_BYTES = 64 * 1024

/** Numbers of a seed, the same on every machine (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let hash = Math.imul(state ^ (state >>> 15), state | 1)
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61)
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Breaks a file in one to eight places. */
export function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  let all = Buffer.from(bytes)
  const below = (limit: number) => Math.floor(next() * limit)
  const ways: ((at: number, end: number) => Uint8Array[])[] = [
    (at, end) => [
      all.subarray(0, at),
      Buffer.from([below(256)]),
      all.subarray(at + 1, end),
      all.subarray(Math.max(end, at + 1)),
    ],
    (at, end) => [all.subarray(0, at), all.subarray(end)],
    (at, end) => [all.subarray(0, end), all.subarray(at)],
    (at) => [all.subarray(0, at), Buffer.from(SPECIAL[below(SPECIAL.length)] ?? ''), all.subarray(at)],
    (at) => [all.subarray(0, at)],
    (at) => [
      all.subarray(0, at),
      lengthBytes(ODD_LENGTHS[below(ODD_LENGTHS.length)] ?? 0),
      all.subarray(at + 2),
    ],
    (at) => [all.subarray(0, at), Buffer.from([below(256), below(256)]), all.subarray(at)],
  ]
  for (let times = 1 + below(8); times > 0; times -= 1) {
    const at = below(all.length + 1)
    all = Buffer.concat(ways[below(ways.length)]?.(at, Math.min(all.length, at + below(40))) ?? [])
  }
  return new Uint8Array(all.subarray(0, MAX_BYTES))
}

function lengthBytes(length: number): Buffer {
  return Buffer.from([length % 256, length >>> 8])
}

/** Reads `count` broken files made of `seeds`, one after the other, and says what came of them. */
export async function fuzz(
  seeds: readonly Uint8Array[],
  count: number,
  seed: number,
  options: ReadOptions = {},
): Promise<FuzzReport> {
  const next = numbersOf(seed)
  const total = { tables: 0, refused: 0, foreign: 0 }
  const examples: string[] = []
  let [slowestMs, peakHeap] = [0, 0]
  for (let number = 0; number < count; number += 1) {
    const bytes = mutate(seeds[Math.floor(next() * seeds.length)] ?? new Uint8Array(), next)
    const began = performance.now()
    const came = await read(bytes, options)
    slowestMs = Math.max(slowestMs, performance.now() - began)
    total[came.end] += 1
    if (came.end === 'foreign' && examples.length < 5) examples.push(came.reason)
    if (number % 200 === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed)
  }
  return {
    files: count,
    ...total,
    slowestMs: Math.round(slowestMs),
    peakHeapMb: Math.round(peakHeap / 2 ** 20),
    examples,
  }
}

async function read(
  bytes: Uint8Array,
  options: ReadOptions,
): Promise<{ end: 'tables' | 'refused' | 'foreign'; reason: string }> {
  const parts = new Map<number, Uint8Array>()
  let cells = 0
  const staging = {
    stage: (part: number, staged: Uint8Array) => void parts.set(part, staged),
    take: (part: number) => Promise.resolve(parts.get(part) ?? null),
    earlier: () => Promise.resolve(null),
    write: () => void (cells += 1),
  }
  try {
    const job = createJob(staging, options)
    await job.chunk(bytes.slice(), options.kind === 'dicom' ? { name: 'x', last: true } : null)
    const report = await job.finish()
    if (report.rows < 1 || report.columns.length < 1 || cells < 1) throw new Error('a table without cells')
    return { end: 'tables', reason: '' }
  } catch (error) {
    return ended(error)
  }
}

function ended(error: unknown): { end: 'refused' | 'foreign'; reason: string } {
  if (error instanceof AppError && error.code !== 'internal') return { end: 'refused', reason: error.code }
  const { message = 'unknown', stack = '' } = error instanceof Error ? error : {}
  return { end: 'foreign', reason: `${message} ${stack.split('\n')[1] ?? ''}` }
}

/** Small files that the importer reads: what fuzzing begins with. */
export function csvSeeds(): Uint8Array[] {
  const file = path.join(import.meta.dirname, 'torture', 'testdata', 'corpus.json')
  const corpus: { bytes: string }[] = JSON.parse(readFileSync(file, 'utf8'))
  return corpus
    .map(({ bytes }) => new Uint8Array(Buffer.from(bytes, 'base64')))
    .filter(({ length }) => length < 5000)
}

/** DICOM files cut before most of their pixels, or none where the shared data is not there. */
export function dicomSeeds(): Uint8Array[] {
  const folder = path.resolve(import.meta.dirname, '../../../shared/data/dicom')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((name) => statSync(name).isFile() && !name.endsWith('.txt'))
    .map((name) => new Uint8Array(readFileSync(name).subarray(0, 12_000)))
}
