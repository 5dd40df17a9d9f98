import type { MappingFinding } from '#contract/mapping.ts'
import { FEWEST_ROWS } from '#domain/floors.ts'
import type { SummedRows } from './row-ledger.ts'

/** What it means that rows stay out of sums for those that were opened before. */
export function rowsLeftOut({ waiting, covering, differing, apart }: SummedRows): MappingFinding[] {
  const about = { severity: 'warning', variable: null } as const
  const findings: MappingFinding[] = []
  if (waiting > 0) {
    const rows = `${waiting} new ${waiting === 1 ? 'row waits' : 'rows wait'}`
    const detail = `${rows}: an earlier sum lacks ${waiting === 1 ? 'it' : 'them'}, and beside it a new sum would show what so few hold. They come in with an import that brings the new ones to ${FEWEST_ROWS} or more.`
    findings.push({ ...about, code: 'rows-waiting', detail })
  }
  if (covering > 0) {
    const detail = `${covering} ${covering === 1 ? 'row stays' : 'rows stay'} out of sums: since an earlier sum a few patients were changed or taken out, or are split in another way, or with the sums of other cohorts these rows come to those of an earlier one. Without ${covering === 1 ? 'this' : 'these'} beside them the difference of both sums would show what those few hold.`
    findings.push({ ...about, code: 'rows-covering', detail })
  }
  if (differing > 0) {
    const rows = `${differing} ${differing === 1 ? 'row stays' : 'rows stay'} out of sums`
    const detail = `${rows}: with this study's ranges, categories, missing codes or outcome rule, few values of a column count in another way than in an earlier sum, and the difference of both sums would show them. With the rules of the earlier study no row need stay out for this.`
    findings.push({ ...about, code: 'rows-differing', detail })
  }
  return apart > 0 ? [...findings, rowsApart(apart)] : findings
}

function rowsApart(apart: number): MappingFinding {
  const rows = `${apart} ${apart === 1 ? 'row stays' : 'rows stay'} out of sums`
  const detail = `${rows}: all rows of this restored home were set apart, since they may have been in sums that it does not know. Patients who come to a table after its first import since then may take part, where the table says of whom each row is.`
  return { severity: 'warning', variable: null, code: 'rows-apart', detail }
}
