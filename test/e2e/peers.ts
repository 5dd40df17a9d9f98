import { readFileSync } from 'node:fs'
import type { Page } from 'playwright'
import { assemble } from '#headless/demo/federation.ts'
import { ask, type Hospital, statusOf } from '#headless/demo/hospital.ts'
import { layOutHospitals, sampleMaterial } from '#headless/demo/prepare.ts'
import { stopAll } from '#headless/demo/stop.ts'
import { confirmCode, makeCode } from './steps.ts'

const HOSPITALS = 4

/** Three real hospitals beside ours, each a process of its own, and the table that ours will import. */
export async function startPeers(folder: string) {
  const { study, tables } = sampleMaterial(HOSPITALS)
  const [own, ...others] = tables
  if (!own) throw new Error('There are sample hospitals')
  const { hospitals, studyFiles } = await layOutHospitals(folder, { study, tables: others })
  const pids = await assemble(hospitals)

  /** Every other hospital and ours exchange codes: theirs by the command line, ours on its screen. */
  async function pairWith(page: Page): Promise<void> {
    const code = await makeCode(page)
    for (const one of hospitals) {
      await ask(one, ['pair', '--in-person', code])
      await confirmCode(page, await ask(one, ['invite', '--in-person']), one.name)
    }
  }

  /** The others import and map; they have the study that was proposed to them. */
  async function map(): Promise<void> {
    await Promise.all(hospitals.map((one) => ask(one, ['import', one.csv])))
    await Promise.all(hospitals.map((one) => untilAsked(one)))
    await Promise.all(hospitals.map((one, index) => ask(one, ['map', studyFiles[index] ?? ''])))
  }
  const approve = () => Promise.all(hospitals.map((one) => ask(one, ['approve', '--yes'])))

  return {
    csv: own.csv,
    rows: own.csv.trim().split('\n').length - 1,
    study: study.study,
    hospitals,
    pairWith,
    map,
    approve,
    stop: () => stopAll(pids),
    said: () => hospitals.map(({ log }) => readFileSync(log, 'utf8')).join('\n'),
  }
}
export type Peers = Awaited<ReturnType<typeof startPeers>>

async function untilAsked(hospital: Hospital): Promise<void> {
  const until = Date.now() + 60_000
  while (Date.now() < until) {
    const { studies } = await statusOf(hospital)
    if (studies.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  throw new Error(`The study has not reached ${hospital.name}`)
}
