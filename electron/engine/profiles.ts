import type { EditView, ProfileView } from '#contract/importing.ts'
import { AppError } from '#domain/errors.ts'
import { getDataset } from '#store/datasets.ts'
import { clearEdits, getEdit, putEdit, stepEdit } from '#store/edits.ts'
import { getProfile, getReport } from '#store/profiles.ts'
import type { Ports } from './ports.ts'

/** What was found in our datasets, and edits that are not saved. */
export function createProfiles({ db, clock }: Pick<Ports, 'db' | 'clock'>) {
  function get({ id }: { id: string }): ProfileView {
    const dataset = getDataset(db, id)
    if (!dataset) throw new AppError('not-found', 'No dataset of ours has this id')
    const { version } = dataset
    return {
      dataset: id,
      version,
      profile: getProfile(db, id, version),
      identifiers: getReport(db, id, version),
    }
  }
  const edits = {
    get: ({ subject }: { subject: string }): EditView => getEdit(db, subject),
    put: ({ subject, state }: { subject: string; state: string }): EditView =>
      putEdit(db, subject, state, clock.now()),
    undo: ({ subject }: { subject: string }): EditView => stepEdit(db, subject, -1),
    redo: ({ subject }: { subject: string }): EditView => stepEdit(db, subject, 1),
    clear({ subject }: { subject: string }): null {
      clearEdits(db, subject)
      return null
    },
  }
  return { get, edits }
}
