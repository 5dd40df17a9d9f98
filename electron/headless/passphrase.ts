import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { AppError } from '#domain/errors.ts'

const MAX_FILE_BYTES = 4096

/** The passphrase from a file, from the environment, from the home where `start` left it, or typed unseen. Never from arguments. */
export async function readPassphrase(home: string, file: string | undefined, sure = false): Promise<string> {
  if (file !== undefined) return fromFile(file)
  const given = process.env.MURMURATION_PASSPHRASE
  if (given) return given
  const kept = keptPassphrase(home)
  if (existsSync(kept)) return fromFile(kept)
  if (!process.stdin.isTTY) throw new AppError('locked', 'there is no terminal to type it at')
  const typed = await ask('Passphrase: ')
  if (sure && typed !== (await ask('Once more: '))) throw new AppError('wrong-passphrase', 'the two differ')
  if (!typed) throw new AppError('locked', 'nothing was typed')
  return typed
}

/** Where `npm start` keeps a passphrase that it made itself, for who runs it without a terminal. */
export function keptPassphrase(home: string): string {
  return path.join(home, 'passphrase')
}

function fromFile(file: string): string {
  if (!existsSync(file)) throw new AppError('file-missing', file)
  if (statSync(file).size > MAX_FILE_BYTES) throw new AppError('too-large', file)
  const [line = ''] = readFileSync(file, 'utf8').split(/\r?\n/)
  if (!line) throw new AppError('locked', `${file} has no passphrase in its first line`)
  return line
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question)
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
