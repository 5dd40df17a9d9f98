import { hrefOf } from '../frame/route.ts'
import type { ImportJob } from './import-job.svelte.ts'

/** Where one looks on after files were chosen: at the file itself, or at the list where there are several. */
export function hrefAfter(jobs: readonly ImportJob[]): string {
  const [first] = jobs
  return first && jobs.length === 1 ? hrefOf('import', String(first.key)) : hrefOf('datasets')
}
