/**
 * A process that writes documents, journal entries, audit entries and table chunks, and prints the number of each
 * step once it is durable: to be killed. Arguments: database file, first step.
 */
import { writeSync } from 'node:fs'
import { hashOf } from '#domain/canonical.ts'
import { appendAudit } from '#store/audit.ts'
import { openDatabase } from '#store/database.ts'
import { createJournal } from '#store/journal.ts'
import { createLibrary } from '#store/library.ts'
import { putBlob } from '#store/shelf.ts'
import { beginTable, keepTable, writeChunk } from '#store/tables.ts'
import { aNote } from './documents.ts'

const [file = '', first = '0'] = process.argv.slice(2)
const db = openDatabase(file, new Uint8Array(32).fill(7))
const library = createLibrary(db)
const journal = createJournal(db)
const study = hashOf('study')

for (let step = Number(first); ; step += 1) {
  const table = beginTable(db)
  writeChunk(db, table, 0, 0, [{ kind: 'numbers', values: new Float64Array(2000).fill(step + 0.5) }])
  db.together(() => {
    library.add(aNote(study, `step ${step}`))
    journal.write({ study, round: 1, attempt: 0, step: 'accepted', detail: String(step), at: step })
    putBlob(db, new Uint8Array(30_000).fill(step % 256), step % 2 === 0 ? 'always' : 'round', 's'.repeat(64))
    appendAudit(db, { time: step, actor: 'a', action: 'b', object: String(step), outcome: 'd' })
    keepTable(db, table)
  })
  // Written by the system before the call returns: an acknowledgement that nobody can take back.
  writeSync(1, `${step}\n`)
}
