import type { Dataset } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { standingConsent } from '#domain/permission.ts'
import { nextRound } from '#domain/round.ts'
import type { Hash } from '#domain/values.ts'
import { appendAudit } from '#store/audit.ts'
import { getDataset, listDatasets, removeDataset } from '#store/datasets.ts'
import { clearEditsNaming } from '#store/edits.ts'
import { studiesMapping } from '#store/mappings.ts'
import { sweepTables } from '#store/tables.ts'
import { answerOf, consentFileOf } from './consent-files.ts'
import type { Data } from './data.ts'
import type { Ports } from './ports.ts'

/** Our imported tables. Their rows are never handed out here. */
export function createDatasets(ports: Ports & { readonly data: Data }) {
  const { db, library, signer, clock, announce, data } = ports

  function get({ id }: { id: string }): Dataset {
    const dataset = getDataset(db, id)
    if (!dataset) throw new AppError('not-found', 'No dataset of ours has this id')
    return dataset
  }

  /** Removes all versions of a dataset and its rows from the disk. Throws 'dataset-in-use' while an approval rests on it. */
  async function remove({ id }: { id: string }): Promise<null> {
    const dataset = get({ id })
    await data.apart.takeIn()
    const used = studiesMapping(db, id).filter(isInUse)
    if (used.length > 0)
      throw new AppError('dataset-in-use', `An approval for study ${used[0]} rests on this dataset`)
    db.together(() => {
      removeDataset(db, id)
      clearEditsNaming(db, id)
      const detail = { version: dataset.version, contentHash: dataset.contentHash }
      appendAudit(db, {
        time: clock.now(),
        actor: ports.name,
        action: 'dataset-removed',
        object: id,
        outcome: 'done',
        detail,
      })
    })
    announce({ event: 'datasets.changed' })
    sweepTables(db).catch((error: unknown) => ports.log('error', 'sweep-failed', { error }))
    return null
  }

  function isInUse(id: Hash): boolean {
    const study = library.study(id)
    if (!study || clock.now() >= study.body.expiresAt || !nextRound(study.body, ports.histories.of(id)))
      return false
    const file = consentFileOf(library, study)
    const granted = standingConsent(file, signer.id)?.body.grant?.dataset
    return answerOf(file, signer.id, clock.now()) === 'approved' && granted === data.chosen(id)?.key
  }

  return { list: () => listDatasets(db), get, remove }
}
