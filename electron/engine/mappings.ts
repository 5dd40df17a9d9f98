import type { MappingView } from '#contract/mapping.ts'
import type { Mapping } from '#domain/dataset.ts'
import type { Hash } from '#domain/values.ts'
import { appendAudit } from '#store/audit.ts'
import { getMapping, saveMapping } from '#store/mappings.ts'
import { studyIn } from './consent-files.ts'
import type { Data } from './data.ts'
import type { DataChoice } from './choices.ts'
import type { Comparisons } from './comparisons.ts'
import { contradictionsIn } from './contradictions.ts'
import type { Ending } from './ending.ts'
import { refuseErrors } from './mapping-check.ts'
import type { Ports } from './ports.ts'

/** A dataset of ours and how its columns would be read for a study. */
export interface ProposedMapping {
  readonly study: Hash
  readonly dataset: string
  readonly mapping: Mapping
}

/** Dataset columns to study variables: declared data, checked against our own rows before any round. */
export function createMappings(
  ports: Pick<Ports, 'db' | 'library' | 'clock' | 'announce' | 'name'> & {
    readonly data: Data
    readonly ending: Ending
    readonly comparisons: Pick<Comparisons, 'soon'>
  },
) {
  const { db, library, clock, announce, data, ending } = ports

  async function view(choice: DataChoice): Promise<MappingView> {
    const { counts, findings, unnamed } = await data.report(choice)
    // What cannot be used cannot be compared.
    const isBroken = findings.some((one) => one.severity === 'error')
    const lines = isBroken ? null : await ports.comparisons.soon(choice)
    return {
      study: choice.study,
      dataset: choice.dataset.id,
      version: choice.dataset.version,
      mapping: choice.mapping,
      trainRows: counts.train,
      testRows: counts.test,
      excludedRows: counts.excluded,
      events: counts.events,
      findings: [...findings, ...contradictionsIn(lines ?? [])],
      unnamed: [...unnamed],
    }
  }

  async function get({ study }: { study: Hash }): Promise<MappingView> {
    studyIn(library, study)
    const choice = data.chosen(study)
    return choice ? view(choice) : emptyView(study)
  }

  function check({ study, dataset, mapping }: ProposedMapping): Promise<MappingView> {
    return view(data.choose(study, studyIn(library, study).body, dataset, mapping))
  }

  /** Saves a mapping that has no error; otherwise throws what its first error stands for and saves nothing. */
  async function save({ study, dataset, mapping }: ProposedMapping): Promise<MappingView> {
    const choice = data.choose(study, studyIn(library, study).body, dataset, mapping)
    refuseErrors((await data.report(choice)).findings)
    const tell = db.together(() => {
      // Looked at again: the dataset may have been removed or replaced while its rows were read.
      const current = data.choose(study, choice.plan, dataset, mapping)
      const unchanged = data.chosen(study)?.key === current.key
      if (unchanged) return null
      const saved = saveMapping(db, study, dataset, mapping, clock.now())
      const happening = { time: clock.now(), actor: ports.name, action: 'mapping-saved', object: study }
      appendAudit(db, {
        ...happening,
        outcome: `version ${saved.version}`,
        detail: { dataset, key: current.key },
      })
      return ending.endChanged([study])
    })
    tell?.()
    announce({ event: 'studies.changed', study })
    return get({ study })
  }

  function emptyView(study: Hash): MappingView {
    const saved = getMapping(db, study)
    const nothing = { trainRows: 0, testRows: 0, excludedRows: 0, events: null, findings: [], unnamed: [] }
    return { study, dataset: null, version: null, mapping: saved?.mapping ?? null, ...nothing }
  }

  return { get, check, save }
}
