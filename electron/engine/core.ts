import { createAgreedClock } from '#network/agreed-clock.ts'
import type { Clock, Journal, Signer } from '#network/ports.ts'
import { isWhole, signDocument } from '#network/identity/documents.ts'
import type { Network } from '#network/network.ts'
import type { Rounds } from '#network/rounds/runner.ts'
import type { Database } from '#store/database.ts'
import { secretOf } from '#store/institution.ts'
import { createJournal } from '#store/journal.ts'
import { createLibrary } from '#store/library.ts'
import { createShelf } from '#store/shelf.ts'
import { createHistories } from './histories.ts'
import { createCheckpoints } from './checkpoints.ts'
import type { Announce, Log, Ports, Random } from './ports.ts'

/** What an institution is opened with. */
export interface Opened {
  readonly db: Database
  readonly signer: Signer
  readonly name: string
  readonly build: string
  readonly rehearsal: boolean
  readonly startReader: Ports['startReader']
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly announce: Announce
}

/** Rounds and network need each other and the shared ports: they take their places here once they stand. */
export interface Stage {
  rounds: Rounds | null
  network: Network | null
}

/** The ports that all services share, over an open database, on a clock that never shows less than `mark`. Nothing starts here. */
export function createCore(
  opened: Opened,
  stage: Stage,
  mark: () => number,
): Ports & { readonly journal: Journal } {
  const { db, signer, random } = opened
  const library = createLibrary(db, (document) => {
    const whole = isWhole(document)
    if (!whole) opened.log('error', 'document-changed', { id: document.id, kind: document.body.kind })
    return whole
  })
  const journal = createJournal(db)
  const secrets = new Map<string, Uint8Array>()
  const connected = () => stage.network?.connected() ?? []
  const skews = () => connected().flatMap((id) => stage.network?.skew(id) ?? [])
  const clock = createAgreedClock(opened.clock, skews, mark)
  const checkpoints = createCheckpoints({ ...opened, clock })
  return {
    ...opened,
    clock,
    announce(event) {
      if (event.event === 'audit.changed') checkpoints.look()
      opened.announce(event)
    },
    sealLog: checkpoints.seal,
    library,
    journal,
    shelf: createShelf(db),
    histories: createHistories(library, journal),
    secret(purpose) {
      const known = secrets.get(purpose) ?? secretOf(db, purpose, random)
      secrets.set(purpose, known)
      return known
    },
    sign: (body) => signDocument(signer, body),
    spread(document) {
      stage.rounds?.documentArrived(document)
      stage.network?.publish(document)
    },
    connected,
  }
}
