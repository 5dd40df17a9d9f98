import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { agree, assemble } from '#headless/demo/federation.ts'
import { follow, runningOf } from '#headless/demo/following.ts'
import { type Hospital, statusOf } from '#headless/demo/hospital.ts'
import { fixTestRows, layOutHospitals, type Material, sampleMaterial } from '#headless/demo/prepare.ts'
import { stopAll } from '#headless/demo/stop.ts'
import { type Bench, percentile } from '../bench.ts'

const HOSPITALS = 4

/** Rounds of the demo's four sample hospitals: the local step and the exchange apart, and bytes per member. */
export const bench: Bench = {
  about: 'one round of the demo: local step and exchange apart (ms), bytes per member',
  async run({ quick }) {
    const material = fixTestRows(sampleMaterial(HOSPITALS))
    const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-bench-'))
    const { hospitals, studyFiles } = await layOutHospitals(folder, withRounds(material, quick ? 3 : 12))
    const pids: number[] = []
    try {
      pids.push(...(await assemble(hospitals)))
      const agreed = await agree(hospitals, studyFiles)
      await follow(agreed, runningOf(hospitals, pids))
      return await figuresOf(hospitals)
    } finally {
      await stopAll(pids)
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

function withRounds({ study, tables }: Material, rounds: number): Material {
  return { study: { ...study, study: { ...study.study, plan: { ...study.study.plan, rounds } } }, tables }
}

async function figuresOf(hospitals: readonly Hospital[]) {
  const statuses = await Promise.all(hospitals.map((one) => statusOf(one, ['--rounds'])))
  const rounds = statuses.flatMap(({ studies }) => studies.flatMap((one) => one.rounds))
  const training = rounds.filter((one) => one.kind === 'training' && one.outcome?.result === 'sum')
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null)
  const compute = known(training.map((one) => one.computeMs))
  const exchange = known(training.map((one) => one.exchangeMs))
  const whole = training.flatMap(({ startedAt, decidedAt }) =>
    startedAt && decidedAt ? [decidedAt - startedAt] : [],
  )
  const middle = (values: readonly number[]) => Math.round(percentile(values, 50) * 10) / 10
  const late = (values: readonly number[]) => Math.round(percentile(values, 95) * 10) / 10
  return {
    'training rounds measured': training.length,
    'local step, median ms': middle(compute),
    'local step, 95% ms': late(compute),
    'exchange, median ms': middle(exchange),
    'exchange, 95% ms': late(exchange),
    'whole round, median ms': middle(whole),
    'bytes per member and training round': Math.round(
      percentile(
        training.map((one) => one.bytesSent),
        50,
      ),
    ),
    'bytes per member, whole study': Math.round(
      percentile(
        statuses.flatMap(({ studies }) => studies.map((one) => one.bytesSent)),
        50,
      ),
    ),
  }
}
