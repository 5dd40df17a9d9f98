import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, cpSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from '#build/place.mjs'

/**
 * A folder of this test's own, whose name has what trips a careless script. Outside Windows a name may even hold a
 * backslash, which Node refuses in the path of a module, so only data lies in such a folder.
 */
export function awkwardFolder(holds: 'code' | 'data' = 'code'): string {
  const quotes = process.platform === 'win32' ? "a b & it's (c)" : 'a b & it\'s "c" $HOME'
  const awkward = process.platform === 'win32' || holds === 'code' ? quotes : `${quotes} %20 \\d\\new`
  const base = mkdtempSync(path.join(tmpdir(), 'house '))
  onTestFinished(() => rmSync(base, { recursive: true, force: true }))
  const folder = path.join(base, awkward)
  mkdirSync(folder)
  return folder
}

/** Writes files, given as path and text, under a folder. */
export function plant(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** A copy of the house without its product code: scripts, room table, tsconfigs of the rooms named, packages. */
export function emptyHouse(rooms: string[] = []): string {
  const home = awkwardFolder()
  const bare = (source: string) => !source.startsWith(path.join(root, 'build', 'out'))
  cpSync(path.join(root, 'build'), path.join(home, 'build'), { recursive: true, filter: bare })
  for (const room of rooms) plant(home, { [`${room}/tsconfig.json`]: readProject(`${room}/tsconfig.json`) })
  for (const file of ['package.json', 'package-lock.json']) plant(home, { [file]: readProject(file) })
  symlinkSync(path.join(root, 'node_modules'), path.join(home, 'node_modules'), 'junction')
  return home
}

/** The text of one of the project's files. */
export function readProject(name: string): string {
  return readFileSync(path.join(root, name), 'utf8')
}
