/** A process that imports a table of 100,000 rows again and again and says where it is: to be killed. Argument: database file. */
import { createHash, randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { forkReader } from '#engine/fork-reader.ts'
import { createImporter } from '#import/importer.ts'
import { openDatabase } from '#store/database.ts'
import { addDataset, nextVersion } from '#store/datasets.ts'
import { createDrafts } from '#store/drafts.ts'
import { datasetOf } from './desk.ts'
import '../bench/with-starter.ts'

const db = openDatabase(process.argv[2] ?? '', new Uint8Array(32).fill(7))
const hmac = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const importer = createImporter({ sink: createDrafts(db), hmac, newId: randomUUID, startReader: forkReader })
const bytes = Buffer.from(
  `a,b\n${Array.from({ length: 100_000 }, (_, row) => `${row},${row / 7}`).join('\n')}\n`,
)

for (;;) {
  const { id } = importer.begin({ name: 'imported', size: bytes.length })
  for (let start = 0; start < bytes.length; start += 1 << 18) {
    await importer.chunk(id, bytes.slice(start, start + (1 << 18)))
    if (start === 0) writeSync(1, 'begun\n')
  }
  writeSync(1, 'sent\n')
  await importer.finish(id, (found) =>
    addDataset(db, datasetOf('imported', nextVersion(db, 'imported'), found), found.table),
  )
}
