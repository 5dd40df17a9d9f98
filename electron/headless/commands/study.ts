import type { Command } from 'commander'
import type { Client, Input, StudyDraft } from '#contract/calls.ts'
import type { UnnamedValues } from '#contract/mapping.ts'
import type { Mapping } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { nameValue } from '#domain/naming.ts'
import type { Study } from '#domain/study.ts'
import { studyFaults } from '#domain/study-check.ts'
import { systemClock } from '../clock.ts'
import { draftOf, mappingOf, readStudyFile } from '../study-file.ts'
import { layOut, say } from '../terminal.ts'
import { refuseAll, unnamedLines } from './mapping-report.ts'
import { findStudy, withEngine } from './where.ts'

/** Of our largest dataset the share that is trained on where nothing else is said. */
const TRAINED = 0.8
/** Where we have no dataset yet. */
const USUAL_ROWS = 100

/** Training rows of a usual hospital, as far as ours tell: by their first digit, since the plan is signed for others to read. */
async function rowsExpected(client: Client): Promise<number> {
  const rows = (await client.call('datasets.list', null)).map((one) => one.rows)
  return rows.length === 0 ? USUAL_ROWS : Number((TRAINED * Math.max(...rows)).toPrecision(1))
}

interface MapOptions {
  readonly study?: string
  readonly dataset?: string
  readonly hospital?: string
  readonly value: readonly string[]
}

/** study propose, study list, map: what is computed together, and how our columns are read for it. */
export function addStudyCommands(program: Command): void {
  const study = program.command('study').description('propose and list studies')
  study
    .command('propose <file>')
    .description('sign the study of a study file and offer it to its members')
    .action((file: string, _options, command: Command) => {
      // A file that is wrong is refused before anything is opened.
      readStudyFile(file)
      return withEngine(command, async (client) => {
        const own = await client.call('institution.get', null)
        const peers = await client.call('peers.list', null)
        const now = systemClock.now()
        const declared = readStudyFile(file, {
          hospitals: 1 + peers.length,
          rows: await rowsExpected(client),
        })
        const draft = draftOf(declared, own, peers, now)
        refuseFaults(draft, now)
        const { id } = await client.call('studies.propose', draft)
        say(id)
      })
    })
  study
    .command('list')
    .description('list the studies that this institution is a member of')
    .action((_options, command: Command) => withEngine(command, list))
  program
    .command('map <file>')
    .description(
      'choose how our columns are read, as a study file declares it, and check it against our rows',
    )
    .option('--study <id>', 'the study (default: the one that needs a mapping)')
    .option('--dataset <id>', 'the dataset (default: the only one)')
    .option('--hospital <name>', 'which hospital of the file is ours (default: by our name)')
    .option(
      '--value <variable:value=meaning>',
      'what a value of ours means: yes, no, missing, other or a name of the study (may come again)',
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .action((file: string, options: MapOptions, command: Command) => {
      const declared = readStudyFile(file)
      return withEngine(command, async (client) => {
        const { name } = await client.call('institution.get', null)
        const { id: study, study: plan } = await findStudy(client, options.study, [
          'needs-mapping',
          'needs-consent',
        ])
        const dataset = await findDataset(client, options.dataset)
        const mapping = withValues(plan, mappingOf(declared, options.hospital ?? name), options.value)
        await check(client, { study, dataset, mapping })
      })
    })
}

/** Says here what the engine would refuse without its reason. Throws 'study-bad'. */
function refuseFaults(draft: StudyDraft, createdAt: number): void {
  const members = draft.members.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const faults = studyFaults({ ...draft, kind: 'study', version: 1, members, createdAt })
  if (faults.length > 0) throw new AppError('study-bad', faults.join(' '))
}

async function list(client: Client): Promise<void> {
  const studies = await client.call('studies.list', null)
  if (studies.length === 0) return say('No study yet.')
  const rows = studies.map(({ id, study, state, round }) => [
    id.slice(0, 12),
    study.name,
    state,
    String(round),
  ])
  say(layOut([['id', 'study', 'state', 'round'], ...rows]))
}

async function findDataset(client: Client, named: string | undefined): Promise<string> {
  const datasets = await client.call('datasets.list', null)
  const meant =
    named === undefined ? datasets : datasets.filter((one) => one.id === named || one.name === named)
  if (meant.length > 1)
    throw new AppError('bad-request', 'several datasets could be meant; name one with --dataset ID')
  if (!meant[0]) throw new AppError('not-found', 'no such dataset; read one in with: murmuration import FILE')
  return meant[0].id
}

/** Says what the check found, and saves the mapping when none of it is an error. */
async function check(client: Client, input: Input<'mappings.check'>): Promise<void> {
  const { findings, unnamed } = await client.call('mappings.check', input)
  for (const { severity, variable, detail } of findings) {
    if (severity === 'warning') say(`Note${variable === null ? '' : ` on ${variable}`}: ${detail}`)
  }
  showUnnamed(unnamed)
  refuseAll(findings)
  const { trainRows, testRows, excludedRows } = await client.call('mappings.save', input)
  say(`Mapped: ${trainRows} rows to train on, ${testRows} held out to judge, ${excludedRows} left out.`)
}

/** A mapping with what was typed about values. Throws 'bad-request' for what the study does not have. */
function withValues(study: Study, mapping: Mapping, texts: readonly string[]): Mapping {
  const names = [study.outcome.name, ...study.variables.map((one) => one.name)]
  return texts.reduce((before, text) => {
    const name = names
      .filter((one) => text.startsWith(`${one}:`))
      .toSorted((a, b) => b.length - a.length)
      .at(0)
    const end = text.lastIndexOf('=')
    if (name === undefined || end <= name.length + 1)
      throw new AppError('bad-request', `write VARIABLE:VALUE=MEANING instead of ${text}`)
    return nameValue(study, before, name, text.slice(name.length + 1, end), text.slice(end + 1))
  }, mapping)
}

/** Lists values that the mapping does not name, with what can be typed about them. */
function showUnnamed(unnamed: readonly UnnamedValues[]): void {
  for (const one of unnamed) {
    for (const line of unnamedLines(one)) say(line)
    say(
      `  Say what each means with: --value "${one.variable}:VALUE=yes", no, missing, other or a name of the study.`,
    )
  }
}
