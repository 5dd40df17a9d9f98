import path from 'node:path'
import { isOurs } from './origin.ts'

/** The file behind one of our addresses, or null where it leads out of the folder. A path without a file name is the page. */
export function fileFor(folder: string, url: string): string | null {
  if (!isOurs(url)) return null
  const wanted = decode(new URL(url).pathname)
  if (wanted === null) return null
  const file = path.join(folder, path.extname(wanted) ? wanted : 'index.html')
  return file.startsWith(folder + path.sep) ? file : null
}

function decode(pathname: string): string | null {
  try {
    const decoded = decodeURIComponent(pathname)
    return /[\0\\]/.test(decoded) ? null : decoded
  } catch {
    return null
  }
}
