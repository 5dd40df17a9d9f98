import { readdirSync, readFileSync } from 'node:fs'

/** A process of Linux, with what the kernel says of it. */
export interface Process {
  readonly pid: number
  readonly command: string
  readonly status: string
}

/** All processes below one, however deep. */
export function processesUnder(root: number): Process[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const parent = /^PPid:\s+(\d+)/m.exec(read(name, 'status'))?.[1]
    if (parent) parents.set(Number(name), Number(parent))
  }
  const isUnder = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && parent !== 0 && (parent === root || isUnder(parent))
  }
  return [...parents.keys()].filter(isUnder).map((pid) => ({
    pid,
    command: read(String(pid), 'cmdline').replaceAll('\0', ' '),
    status: read(String(pid), 'status'),
  }))
}

function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
