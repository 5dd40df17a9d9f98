import { csvSeeds, dicomSeeds, fuzz, type FuzzReport } from '../../import/fuzz.ts'
import { countLosses } from '../../import/known-losses.ts'
import type { Bench, Figures } from '../bench.ts'

/** Files whose cells are known. */
const KNOWN = Number(process.env['KNOWN'] ?? 20_000)

/** Broken CSV and DICOM files: each has to end in a table or a reason, soon and in bounded memory. */
export const bench: Bench = {
  about:
    'a hundred thousand broken CSV, twenty thousand of known cells, and twenty thousand broken DICOM files: no crash, no hang, no silent loss',
  async run({ quick }) {
    const csv = await fuzz(csvSeeds(), quick ? 500 : 100_000, 20)
    const seeds = dicomSeeds()
    const dicom = seeds.length > 0 ? await fuzz(seeds, quick ? 300 : 20_000, 21, { kind: 'dicom' }) : null
    const known = await countLosses(1, quick ? 300 : KNOWN)
    const crashes = [...[csv, dicom].flatMap((one) => one?.examples ?? []), ...known.crashes]
    if (crashes.length > 0) throw new Error(crashes.join('\n'))
    if (known.losses.length > 0) throw new Error(known.losses.join('\n'))
    const files = csv.files + (dicom?.files ?? 0) + known.files
    return {
      'in all': `${files} files, ${crashes.length} crashes, ${known.losses.length} silent losses`,
      'files of known cells': known.files,
      'cells of them, all kept or listed': known.cells,
      'refused of them, with a reason': known.refused,
      ...figuresOf('CSV', csv),
      ...(dicom ? figuresOf('DICOM', dicom) : { DICOM: 'skipped: no files' }),
    }
  },
}

function figuresOf(
  kind: string,
  { files, tables, refused, foreign, slowestMs, peakHeapMb }: FuzzReport,
): Figures {
  return {
    [`${kind} files`]: files,
    [`${kind} tables`]: tables,
    [`${kind} refused with a reason`]: refused,
    [`${kind} crashes`]: foreign,
    [`${kind} slowest, ms`]: slowestMs,
    [`${kind} peak heap, MB`]: peakHeapMb,
  }
}
