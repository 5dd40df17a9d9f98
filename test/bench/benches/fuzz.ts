import { csvSeeds, dicomSeeds, fuzz, type FuzzReport } from '../../import/fuzz.ts'
import type { Bench, Figures } from '../bench.ts'

/** Broken CSV and DICOM files: each has to end in a table or a reason, soon and in bounded memory. */
export const bench: Bench = {
  about: 'a hundred thousand broken CSV and twenty thousand broken DICOM files: no crash, no hang',
  async run({ quick }) {
    const csv = await fuzz(csvSeeds(), quick ? 500 : 100_000, 20)
    const seeds = dicomSeeds()
    const dicom = seeds.length > 0 ? await fuzz(seeds, quick ? 300 : 20_000, 21, { kind: 'dicom' }) : null
    const crashes = [csv, dicom].flatMap((one) => one?.examples ?? [])
    if (crashes.length > 0) throw new Error(crashes.join('\n'))
    return {
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
