import { closeSync, openSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { addDataset, removeDataset } from '#store/datasets.ts'
import { sweepTables } from '#store/tables.ts'
import { datasetOf, openDesk } from '../../import/desk.ts'
import { numbersOf } from '../../import/fuzz.ts'
import type { Figures } from '../bench.ts'
import { watchFamily } from '../family.ts'

export const CHUNK = 1024 * 1024
export const COLUMNS = 20

/** What one import took. */
export interface Measured {
  readonly seconds: number
  readonly stallMs: number
  readonly removalStallMs: number
  /** Of this process and of the one that reads the file, together. */
  readonly peakMb: number
  readonly readerMb: number
  readonly types: string
}

/** The figures of an import by name and unit. */
export function figuresOf(measured: Measured): Figures {
  const { seconds, stallMs, removalStallMs, peakMb, readerMb, types } = measured
  return {
    'ours, s': seconds,
    'peak memory with the reader, MB': peakMb,
    'of it the reader at most, MB': readerMb,
    'longest stall of the event loop, ms': stallMs,
    'longest stall while removing, ms': removalStallMs,
    'types found': types,
  }
}

/** A header and rows of integers, reals, categories, dates and missing values. */
export function writeRows(file: string, rows: number): number {
  const handle = openSync(file, 'w')
  writeSync(handle, headerLine())
  const next = numbersOf(1)
  for (let first = 0; first < rows; first += 5000)
    writeSync(handle, lines(Math.min(5000, rows - first), next))
  closeSync(handle)
  return rows
}

/** The header of the made-up table. */
export function headerLine(): string {
  return `${Array.from({ length: COLUMNS }, (_, column) => `column_${column}`).join(',')}\n`
}

/** So many rows of the made-up table. */
export function lines(count: number, next: () => number): string {
  let text = ''
  for (let row = 0; row < count; row += 1) {
    const cells = Array.from({ length: COLUMNS }, (_, column) => cell(column, next))
    text += `${cells.join(',')}\n`
  }
  return text
}

function cell(column: number, next: () => number): string {
  const value = next()
  if (value < 0.02) return ''
  switch (column % 5) {
    case 0:
      return String(Math.floor(value * 1000))
    case 1:
      return (value * 300).toFixed(2)
    case 2:
      return `word ${Math.floor(value * 12)}`
    case 3:
      return new Date(1.5e12 + Math.floor(value * 1000) * 86_400_000).toISOString().slice(0, 10)
    default:
      return value < 0.5 ? 'Y' : 'N'
  }
}

/** A file in chunks of one MiB. */
export async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file)
  for await (const bytes of handle.createReadStream({ highWaterMark: CHUNK }))
    yield new Uint8Array(bytes as Buffer)
}

/** Imports what comes, as the engine does, and watches this thread meanwhile, and the memory of this process and of the reader. */
export async function importOnce(chunks: () => AsyncIterable<Uint8Array>, size: number): Promise<Measured> {
  const desk = openDesk()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const before = process.memoryUsage.rss()
  const family = watchFamily()
  delay.enable()
  const began = performance.now()
  try {
    const { id } = desk.importer.begin({ name: 'rows', size })
    for await (const bytes of chunks()) await desk.importer.chunk(id, bytes)
    const types = await desk.importer.finish(id, (found) => {
      addDataset(desk.db, datasetOf('benchrows', 1, found), found.table)
      return found.columns.slice(0, 5).map(({ type }) => type)
    })
    const seconds = Number(((performance.now() - began) / 1000).toFixed(2))
    const stallMs = Math.round(delay.max / 1e6)
    delay.reset()
    removeDataset(desk.db, 'benchrows')
    await sweepTables(desk.db)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const removalStallMs = Math.round(delay.max / 1e6)
    const peakMb = megabytes(before + family.most())
    const readerMb = megabytes(family.mostStarted())
    return { seconds, stallMs, removalStallMs, peakMb, readerMb, types: types.join(' ') }
  } finally {
    family.stop()
    delay.disable()
    await desk.close()
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
