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

/** Megabytes of memory that a process and those below it hold alone or share between them, by what they are. */
export function memoryUnder(root: number): Record<string, number> {
  const all = [{ pid: root, command: '' }, ...processesUnder(root)]
  const sizes = all.map(({ pid, command }) => {
    const kB = /^Pss:\s+(\d+) kB/m.exec(read(String(pid), 'smaps_rollup'))?.[1]
    return { kind: kindOf(command), mb: Number(kB ?? 0) / 1024 }
  })
  const byKind = Map.groupBy(sizes, ({ kind }) => kind)
  const total = [...byKind].map(
    ([kind, some]) => [kind, Math.round(some.reduce((sum, { mb }) => sum + mb, 0))] as const,
  )
  return Object.fromEntries(total)
}

function kindOf(command: string): string {
  if (command === '') return 'main'
  const named = ['engine', 'trainer', 'sample'].find((one) => command.includes(`${one}.mjs`))
  return named ?? (command.includes('--type=renderer') ? 'page' : 'browser')
}

function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
