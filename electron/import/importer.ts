import type { Column, ColumnValues, RejectedRow } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import type { NarrowValues } from '#domain/narrow.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import type { FileKind, ImportEdits, Preview, ReadOptions } from '#domain/importing.ts'
import type { Profile } from '#domain/profile.ts'
import { createAllowance } from './allowance.ts'
import { createConversation, type Conversation } from './conversation.ts'
import type { Channel, FilePart, Report } from './messages.ts'

/** Where an import's rows go. The engine makes it of the store's functions; every call throws AppError on its own. */
export interface Sink {
  /** Starts a draft that nobody sees, and names it. */
  begin(): number
  /** Sets raw rows aside, encrypted. */
  stage(table: number, part: number, bytes: Uint8Array): void
  staged(table: number, part: number): Uint8Array | null
  write(table: number, chunk: number, first: number, columns: readonly NarrowValues[]): void
  /** All is written: what was set aside goes. */
  finish(table: number): void
  /** Removes a draft without residue. */
  discard(table: number): Promise<void>
}

/** The version of a dataset to which a file's rows are added. */
export interface Grown {
  readonly columns: readonly Column[]
  readonly rows: number
  /** Its cells chunk by chunk, all columns; null behind the last. */
  readonly chunk: (chunk: number) => readonly ColumnValues[] | null
}

export interface ImporterPorts {
  readonly sink: Sink
  /** Keyed hash under a secret of this institution. */
  readonly hmac: (bytes: Uint8Array) => Hash
  readonly newId: () => string
  /** 32 bytes of this institution, for pseudonyms. */
  readonly pseudonymKey?: () => Uint8Array
  /** Starts the process that reads one file. */
  readonly startReader: () => Channel
}

/** What an import found so far; `done` counts bytes of `size`. */
export interface Progress {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly done: number
  readonly rows: number
}

/** A whole file, typed: what becomes a dataset version together with the table that holds its rows. */
export interface Imported {
  readonly table: number
  readonly rows: number
  readonly kind: FileKind
  readonly columns: Column[]
  readonly profile: Profile
  readonly identifiers: IdentifierReport
  readonly rejected: RejectedRow[]
  readonly rejectedCount: number
  readonly contentHash: Hash
  readonly schemaHash: Hash
  readonly encoding: Report['encoding']
  readonly dialect: Report['dialect']
  readonly names: Report['names']
}

interface Running {
  readonly name: string
  readonly size: number
  readonly table: number
  readonly talk: Conversation
  readonly grown: Grown | null
  done: number
}

const MAX_AT_ONCE = 4

/** Imports tables from files, whatever they are: bytes in chunks, parsed and typed in a process of its own, rows into the sink. */
export function createImporter(ports: ImporterPorts) {
  const { begin, get, has, forget, end, list } = createRunning(ports)

  /** What goes wrong ends the import without residue. */
  async function orEnd<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (has(id)) await end(id)
      throw error
    }
  }
  /** Takes the next bytes. Resolves when more may come, so a slow disk slows the sender. Rejects and ends the import on errors. */
  async function chunk(id: string, bytes: Uint8Array, file: FilePart | null = null): Promise<Progress> {
    const one = get(id)
    return orEnd(id, async () => {
      one.done += bytes.length
      if (one.done > one.size) throw new AppError('bad-request', 'The file is longer than was said')
      await one.talk.send(bytes, file)
      return progressOf(id, one)
    })
  }
  /**
   * What would be made of the bytes so far, or of the file once it is there whole. Null where a file of this kind is read only as
   * a whole and is not there yet. Rejects and ends the import where the file cannot be read.
   */
  async function preview(id: string, edits: ImportEdits = []): Promise<Preview | null> {
    const one = get(id)
    return orEnd(id, () => one.talk.preview(edits, one.done === one.size))
  }
  /**
   * Types and profiles the whole file and hands it to `commit`, which makes it visible in one transaction. Whatever fails,
   * `commit` included, leaves nothing. Rejects with 'file-empty', 'file-no-rows', 'file-unreadable', 'too-large', 'disk-full'.
   */
  async function finish<T>(
    id: string,
    commit: (imported: Imported) => T,
    edits: ImportEdits = [],
  ): Promise<T> {
    const one = get(id)
    return orEnd(id, async () => {
      if (one.done !== one.size) throw new AppError('bad-request', 'The file did not arrive whole')
      const { columns, rows } = one.grown ?? { columns: [], rows: 0 }
      const report = await one.talk.finish(edits, one.grown ? { columns, rows } : null)
      ports.sink.finish(one.table)
      if (!has(id)) throw new AppError('not-found', 'The import was cancelled')
      const result = commit(importedOf(report, one.table, ports.hmac))
      forget(id)
      one.talk.close()
      return result
    })
  }
  return {
    begin,
    chunk,
    preview,
    finish,
    /** Ends an import without residue. Rejects with 'not-found'. */
    cancel: end,
    /** Whether all bytes of an import have come. Throws 'not-found'. */
    isWhole: (id: string) => get(id).done === get(id).size,
    /** Imports that are running. */
    list,
    /** Ends all imports, for shutting down. */
    close: async () => void (await Promise.all(list().map(({ id }) => end(id)))),
  }
}

const noKey = () => new Uint8Array(32)

/** A file that is going to be imported, and the version of a dataset to which its rows are added. */
export interface Coming {
  readonly name: string
  readonly size: number
  readonly options?: ReadOptions | undefined
  readonly grown?: Grown | null | undefined
}

function createRunning({ sink, newId, pseudonymKey = noKey, startReader }: ImporterPorts) {
  const running = new Map<string, Running>()

  function get(id: string): Running {
    const found = running.get(id)
    if (!found) throw new AppError('not-found', 'This import is not running')
    return found
  }
  /** Starts an import of a file of `size` bytes. Throws 'busy' when four run. */
  function begin({ name, size, options = {}, grown = null }: Coming): Progress {
    if (running.size >= MAX_AT_ONCE) throw new AppError('busy', `${MAX_AT_ONCE} imports are running`)
    const table = sink.begin()
    const shelves = {
      stage: (part: number, bytes: Uint8Array) => sink.stage(table, part, bytes),
      take: (part: number) => sink.staged(table, part),
      write: (chunk: number, first: number, columns: readonly NarrowValues[]) =>
        sink.write(table, chunk, first, columns),
      earlier: (chunk: number) => grown?.chunk(chunk) ?? null,
    }
    const talk = createConversation(startReader(), shelves, {
      options,
      secret: pseudonymKey(),
      allowance: createAllowance(size, (grown?.rows ?? 0) * (grown?.columns.length ?? 0)),
    })
    const id = newId()
    const one = { name, size, table, talk, grown, done: 0 }
    running.set(id, one)
    return progressOf(id, one)
  }
  async function end(id: string): Promise<void> {
    const one = get(id)
    running.delete(id)
    one.talk.close()
    await sink.discard(one.table)
  }
  return {
    get,
    begin,
    end,
    has: (id: string) => running.has(id),
    forget: (id: string) => void running.delete(id),
    list: (): Progress[] => [...running].map(([id, one]) => progressOf(id, one)),
  }
}

function progressOf(id: string, { name, size, done, talk }: Running): Progress {
  return { id, name, size, done, rows: talk.counts().rows }
}

function importedOf({ digest, ...report }: Report, table: number, hmac: ImporterPorts['hmac']): Imported {
  const contentHash = hmac(Buffer.from(digest, 'hex'))
  return { ...report, columns: [...report.columns], rejected: [...report.rejected], table, contentHash }
}
