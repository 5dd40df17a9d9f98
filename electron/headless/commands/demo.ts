import type { Command } from 'commander'
import { AppError } from '#domain/errors.ts'

interface Options {
  readonly hospitals?: string
  readonly data?: string
  readonly study?: string
  readonly together?: string
  readonly json?: string
  readonly keep?: string | true
}

/** demo: a whole federation on this machine. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'rehearse on this machine: several hospitals, each a process of its own, train a model together',
    )
    .option('--hospitals <n>', 'how many hospitals (default: 4 samples, or every file of --data)')
    .option('--data <dir>', 'a folder with one CSV for each hospital, instead of synthetic patients')
    .option('--study <file>', 'the declared study for --data')
    .option('--together <n>', 'how many hospitals share a process (default: 1; more when there are many)')
    .option('--json <file>', 'write the figures to a file, too')
    .option('--keep [dir]', 'keep the homes of the hospitals afterwards')
    .action(async ({ hospitals, together, ...options }: Options) => {
      const { runDemo } = await import('../demo/demo.ts')
      await runDemo({
        ...options,
        ...(hospitals === undefined ? {} : { hospitals: countOf(hospitals) }),
        ...(together === undefined ? {} : { together: sharingOf(together) }),
      })
    })
}

function sharingOf(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > 50) throw new AppError('bad-request', '1 to 50 hospitals share a process')
  return count
}

function countOf(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (count < 3 || count > 50) throw new AppError('bad-request', 'a study has 3 to 50 hospitals')
  return count
}
