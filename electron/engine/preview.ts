import type { ConsentPage } from '#contract/views.ts'
import { nextRound } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { createKeyPair, maskContribution } from '#network/averaging/masks.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { MOMENTS } from '#trainer/statistics/moments.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Examined } from './consent-facts.ts'
import type { DataChoice } from './choices.ts'
import { taskOf } from './data.ts'
import type { Ports } from './ports.ts'
import { faultOf, shapesOf } from './study-shapes.ts'
import type { Trainer } from './trainer.ts'
import { artefactsOf, initialSeedOf, ownStateOf } from './lineage.ts'

type Preview = NonNullable<ConsentPage['preview']>

const SHOWN = 8

type PreviewPorts = Pick<
  Ports,
  'db' | 'library' | 'shelf' | 'signer' | 'histories' | 'random' | 'announce' | 'log'
> & {
  readonly trainer: Pick<Trainer, 'run'>
}

/**
 * Our next contribution beside what would leave of it. It is computed from our rows and masked in an attempt that never
 * takes place: keys and partners are made up here and forgotten at once, and nothing is sent.
 */
export function createPreviews(ports: PreviewPorts) {
  const { histories, announce, log } = ports
  let made: { readonly of: string; readonly preview: Preview | null } | null = null

  /** The preview for a choice of data; null until it is computed, which is announced as a change of the consents. */
  function of(study: Study, examined: Examined): Preview | null {
    const next = examined && nextRound(study, histories.of(examined.choice.study))
    const isReady = examined?.report.findings.every((one) => one.severity !== 'error')
    if (!examined || !isReady || !next || next.kind === 'evaluation' || faultOf(study) !== null) return null
    const name = `${examined.choice.key}/${next.round}`
    if (made?.of === name) return made.preview
    made = { of: name, preview: null }
    make(examined.choice, next.kind).then(
      (preview) => {
        if (made?.of === name) made = { of: name, preview }
        announce({ event: 'consents.changed', study: examined.choice.study })
      },
      (error: unknown) => log('warn', 'preview-failed', { study: examined.choice.study, error }),
    )
    return null
  }

  async function make(choice: DataChoice, kind: 'statistics' | 'training'): Promise<Preview> {
    const { values } = await contribution(choice, kind)
    const shape = shapesOf(choice.plan).find((one) => one.kind === kind)
    const masked = await mask(values, shape?.bound ?? 1)
    const names = namesOf(taskOf(choice.plan), kind)
    const meaning = [...values.subarray(0, SHOWN)].map((value, i) => ({ name: names[i] ?? '', value }))
    return { meaning, masked }
  }

  function contribution(choice: DataChoice, kind: 'statistics' | 'training') {
    const { study } = choice
    const { statistics, model: base } = artefactsOf(ports, study)
    if (kind === 'statistics' || !statistics) return ports.trainer.run('statistics', choice, {})
    const own = ownStateOf(ports, study)
    const seeds = { initialSeed: initialSeedOf(study), batchSeed: ports.random(32) }
    return ports.trainer.run('train', choice, { weight: 1, statistics, base, ...seeds, ...own })
  }

  /** The first words of what would leave: 64 bits each, as 16 hex digits. */
  async function mask(values: Float64Array, bound: number): Promise<string[]> {
    const me = ports.signer.id
    const strangers = ['A', 'B'].map((letter): InstitutionId => `12D3KooW${letter.repeat(44)}`)
    const pairs = new Map([me, ...strangers].map((id) => [id, createKeyPair(ports.random)]))
    const own = pairs.get(me)
    if (!own) return []
    const bytes = await maskContribution({
      ctx: hashOfNothing(ports),
      ...{ me, members: [...pairs.keys()], secretKey: own.secretKey },
      publicKeys: new Map([...pairs].map(([id, pair]) => [id, pair.publicKey])),
      ...{ seed: ports.random(32), values, bound },
    })
    const words = Math.min(SHOWN, values.length)
    return Array.from({ length: words }, (_, i) =>
      Buffer.from(bytes.subarray(8 * i, 8 * i + 8)).toString('hex'),
    )
  }

  return { of }
}

/** A context that no attempt has. */
function hashOfNothing({ random }: Pick<Ports, 'random'>): Hash {
  return Buffer.from(random(32)).toString('hex')
}

const moments = ['how many values', 'sum of scaled values', 'sum of their squares']

/** What the first numbers of a contribution are. */
function namesOf(task: Task, kind: 'statistics' | 'training'): string[] {
  if (kind === 'statistics') {
    const names = featuresOf(task).flatMap(({ name }) =>
      moments.slice(0, MOMENTS).map((one) => `${name}: ${one}`),
    )
    return names.slice(0, SHOWN)
  }
  return layoutOf(task)
    .slices.flatMap(({ name, length }) =>
      Array.from({ length: Math.min(length, SHOWN) }, (_, i) => `change of ${name}, number ${i + 1}`),
    )
    .slice(0, SHOWN)
}
