import * as v from 'valibot'
import type { Engine } from '#engine/engine.ts'
import type { Channel } from '#trainer/client.ts'
import { forkTrainer } from '#trainer/fork.ts'
import { systemClock } from '../clock.ts'
import { homeExists, readHome, writeHome } from '../home.ts'
import { type Host, startHost } from '../host.ts'
import { makeKeys } from '../keys.ts'
import { readPassphrase } from '../passphrase.ts'
import { createReport } from '../rehearsal-report.ts'
import { tell } from '../terminal.ts'
import { untilFinished, untilInputEnds, untilSignal } from '../until.ts'
import { type Hospital, listenOf } from './hospital.ts'
import { shareTrainer } from './shared-trainer.ts'

// Several hospitals of a rehearsal in one process: each an engine with its own home, database, port and pages, as `run` has one.
const text = v.string()
const Hospitals: v.GenericSchema<unknown, Hospital[]> = v.array(
  v.strictObject({
    ...{ name: text, home: text, csv: text, passphraseFile: text, report: text, log: text },
    port: v.number(),
  }),
)

const hospitals = v.parse(Hospitals, JSON.parse(process.argv[2] ?? ''))
const trainerOf = shareTrainer(() => forkTrainer())
const hosts: Host[] = []
try {
  for (const one of hospitals) hosts.push(await start(one, () => trainerOf(one.home)))
  tell(`${hosts.length} hospitals are running.`)
  await Promise.race([untilSignal(), untilInputEnds(), allFinished(hosts.map((one) => one.engine))])
} finally {
  await Promise.all(hosts.map((one) => one.close()))
  tell(`All have stopped. Peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB.`)
}

/** Makes the home where there is none yet, and opens it with the keys in hand. */
async function start(hospital: Hospital, startTrainer: () => Channel): Promise<Host> {
  const { name, home, passphraseFile, report } = hospital
  const isNew = !homeExists(home)
  const passphrase = await readPassphrase(home, passphraseFile, isNew)
  const made = isNew ? await makeKeys(passphrase) : null
  if (made) writeHome(home, name, made.file, true, systemClock.now())
  const onScores = createReport(report, readHome(home).name).add
  const opening = { home, passphrase, ...(made ? { secrets: made.secrets } : {}) }
  return startHost({ ...opening, listen: [listenOf(hospital)], uiPort: 0, onScores, startTrainer })
}

async function allFinished(engines: readonly Engine[]): Promise<void> {
  await Promise.all(engines.map(untilFinished))
}
