import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { type Backend, openBackend, type Opened } from '#trainer/compute/backends.ts'

const ARCHIVE = path.resolve('node_modules/@sparticuz/chromium/bin/swiftshader.tar.br')

/** The graphics card of this machine, or the processor playing one: Chromium's SwiftShader, from the packages for tests. */
export async function openCard(): Promise<Opened> {
  const own = await openBackend('webgpu')
  if (!('missing' in own) || process.platform !== 'linux' || !existsSync(ARCHIVE)) return own
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-card-'))
  execFileSync('tar', ['-x', '-C', folder], { input: brotliDecompressSync(readFileSync(ARCHIVE)) })
  process.env['VK_ICD_FILENAMES'] = path.join(folder, 'vk_swiftshader_icd.json')
  return openBackend('webgpu')
}

/** Says why a test about a backend does not run here. */
export function skipped(backend: Backend, opened: Opened): boolean {
  if (!('missing' in opened)) return false
  console.warn(`Skipped: the backend "${backend}" is not here. ${opened.missing}`)
  return true
}
