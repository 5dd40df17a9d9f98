import { existsSync, statSync } from 'node:fs'
import { AppError } from '#domain/errors.ts'
import { bombs } from '../../import/bombs.ts'
import { NOTHING_LEFT, openDesk } from '../../import/desk.ts'
import { parquetOf } from '../../import/parquet-bombs.ts'
import { watchFamily } from '../family.ts'
import type { Attack } from '../attack.ts'

const MB = 1e6
const REFUSALS = ['file-unreadable', 'file-no-rows', 'file-empty', 'too-large']
/** Those that a quick run tries. */
const SOME = /fifty million|far end|laugh|million deep/

/** A table that somebody was sent unpacks into far more than its size, or claims to. */
export const attack: Attack = {
  row: 9,
  about: 'a person opens Parquet, zip and XML bombs, deep JSON and 100,000 columns',
  async run({ quick }) {
    const files = Object.entries(bombs()).filter(([name]) => !quick || SOME.test(name))
    const faults: string[] = []
    let [memory, disk] = [0, 0]
    await takeHonest()
    for (const [name, make] of files) {
      const found = await open(make())
      memory = Math.max(memory, found.memory)
      disk = Math.max(disk, found.disk)
      if (found.fault !== null) faults.push(`${name}: ${found.fault}`)
    }
    const got = `${files.length - faults.length} of ${files.length} refused with a sentence; at most ${memory.toFixed(0)} MB of memory and ${disk.toFixed(0)} MB written ${faults.join('; ')}`
    return { got: got.trim(), failed: faults.length > 0 || memory > 600 || disk > 64 }
  },
}

async function open(bytes: Uint8Array) {
  const desk = openDesk()
  const size = () =>
    [desk.home.file, `${desk.home.file}-wal`].reduce(
      (sum, file) => sum + (existsSync(file) ? statSync(file).size : 0),
      0,
    )
  const before = size()
  const family = watchFamily()
  try {
    const error: unknown = await desk.take(bytes).then(
      () => 'taken',
      (one: unknown) => one,
    )
    const isRefused = error instanceof AppError && REFUSALS.includes(error.code)
    const isClean = JSON.stringify(desk.residue()) === JSON.stringify(NOTHING_LEFT)
    const fault = isRefused ? (isClean ? null : 'something was left') : `was not refused (${String(error)})`
    return { fault, memory: family.most() / MB, disk: (size() - before) / MB }
  } finally {
    family.stop()
    await desk.close()
  }
}

/** The check on the check: a file made the same way, which is honest, is taken. */
async function takeHonest(): Promise<void> {
  const desk = openDesk()
  try {
    const { rows } = await desk.take(parquetOf({ rows: 1000, columns: 3 }))
    if (rows.length !== 1000) throw new Error('The honest file was not taken whole')
  } finally {
    await desk.close()
  }
}
