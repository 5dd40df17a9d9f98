import type { Input } from '#contract/calls.ts'
import type { RestoredView } from '#contract/restored.ts'
import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import { appendAudit } from '#store/audit.ts'
import { listDatasets } from '#store/datasets.ts'
import { putRowsBefore } from '#store/row-sets.ts'
import { startApart } from '#store/rows-apart.ts'
import type { Data } from './data.ts'
import type { Ports } from './ports.ts'
import type { Restored } from './restored.ts'

export type SettingApartPorts = Pick<Ports, 'db' | 'library' | 'clock' | 'announce' | 'sealLog'> & {
  readonly data: Pick<Data, 'apart' | 'forget'>
  readonly restored: Pick<Restored, 'lost' | 'isLost' | 'comparisonOf' | 'settle'>
}

/**
 * The way out of a restored home whose ledger can never be rebuilt, since members are gone or data are lost: a person decides that
 * no row that is here is in a sum any more. Whoever keeps our documents back to bring that about gains nothing by it.
 */
export function createSettingApart(ports: SettingApartPorts) {
  const { db, library, clock, announce, data, restored } = ports

  const nameOf = (study: Hash) => library.study(study)?.body.name ?? ''

  function get(): RestoredView | null {
    const lost = new Set(restored.lost().map(({ study }) => study))
    const studies = restored.isLost() ? library.studies() : []
    const silent = studies.flatMap((study) => {
      const { heard, needed } = restored.comparisonOf(study)
      return heard < needed ? [{ study, name: nameOf(study), heard, needed }] : []
    })
    if (silent.length + lost.size === 0) return null
    const tables = listDatasets(db)
    return {
      silent,
      lost: [...lost].map((study) => ({ study, name: nameOf(study) })),
      tables: tables.length,
      rows: tables.reduce((sum, one) => sum + one.rows, 0),
    }
  }

  /** What is decided about, as it was shown. Throws 'not-available' or 'text-changed'. */
  function shown({ tables, rows }: Input<'restored.setApart'>): RestoredView {
    const view = get()
    if (!view) throw new AppError('not-available', 'This home lacks nothing')
    if (view.tables !== tables || view.rows !== rows)
      throw new AppError('text-changed', 'Other rows are here by now')
    return view
  }

  async function setApart(input: Input<'restored.setApart'>): Promise<null> {
    shown(input)
    await data.apart.gatherAll()
    db.together(() => {
      const { silent, lost, tables, rows } = shown(input)
      const time = clock.now()
      for (const { choice } of restored.lost()) putRowsBefore(db, choice)
      startApart(db, time)
      const { decidedBy } = input
      const detail = { decidedBy, tables, rows, silent: silent.map(idOf), lost: lost.map(idOf) }
      const entry = { actor: decidedBy.name, action: 'rows-set-apart', object: 'home' }
      appendAudit(db, { time, ...entry, outcome: `${rows} rows`, detail })
    })
    restored.settle()
    data.forget()
    ports.sealLog()
    for (const study of library.studies()) announce({ event: 'studies.changed', study })
    announce({ event: 'datasets.changed' })
    announce({ event: 'audit.changed' })
    return null
  }

  return { get, setApart }
}

const idOf = ({ study }: { study: Hash }) => study
