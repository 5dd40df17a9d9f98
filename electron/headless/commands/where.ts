import path from 'node:path'
import type { Command } from 'commander'
import * as v from 'valibot'
import type { Client } from '#contract/calls.ts'
import type { StudyView } from '#contract/views.ts'
import { AppError } from '#domain/errors.ts'
import { defaultHome } from '../home.ts'
import type { Where } from '../reach.ts'

const Options = v.object({ home: v.optional(v.string()), passphraseFile: v.optional(v.string()) })

/** The home that a command is about, from options that every command has. */
export function whereOf(command: Command): Where {
  const { home, passphraseFile } = v.parse(Options, command.optsWithGlobals())
  return { home: home === undefined ? defaultHome() : path.resolve(home), passphraseFile }
}

/** Runs a command's work on the institution of its home, and closes what was opened. */
export async function withEngine<T>(command: Command, work: (client: Client) => Promise<T>): Promise<T> {
  const { reachEngine } = await import('../reach.ts')
  const client = await reachEngine(whereOf(command))
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/** The study that is meant: named by the start of its id or by its name, or the only one in such a state. */
export async function findStudy(client: Client, named: string | undefined, states?: StudyView['state'][]) {
  const studies = await client.call('studies.list', null)
  const meant =
    named === undefined
      ? studies.filter((one) => !states || states.includes(one.state))
      : studies.filter((one) => one.id.startsWith(named) || one.study.name === named)
  if (meant.length > 1)
    throw new AppError('bad-request', 'several studies could be meant; name one with --study ID')
  if (!meant[0])
    throw new AppError('not-found', named === undefined ? 'no study waits for this' : `no study ${named}`)
  return meant[0]
}

/** Throws 'not-available' where nobody could come to us: no engine runs, or it listens nowhere. */
export async function needListening(client: Client): Promise<void> {
  const { addresses } = await client.call('institution.get', null)
  if (addresses.length === 0)
    throw new AppError(
      'not-available',
      'nobody could come to us; start the engine first with: murmuration run',
    )
}
