import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Status } from '#headless/commands/status.ts'
import {
  ask,
  type Hospital,
  runCommand,
  type Said,
  startHospital,
  untilRunning,
} from '#headless/demo/hospital.ts'
import { layOutHospitals, sampleMaterial } from '#headless/demo/prepare.ts'
import { stopAll } from '#headless/demo/stop.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration wrong input '))
const MAIN = path.join(import.meta.dirname, '..', '..', 'electron', 'headless', 'main.ts')
const pids: number[] = []
let hospitals: Hospital[] = []
let studyFile = ''
let blocked: Server
let takenPort = 0

const file = (name: string, content: string) => {
  const place = path.join(folder, name)
  writeFileSync(place, content)
  return place
}
const stateOf = async (hospital: Hospital) => {
  const { peers, datasets, studies } = JSON.parse(await ask(hospital, ['status', '--json'])) as Status
  return {
    peers: peers.map((one) => one.id),
    datasets,
    studies: studies.map(({ id, state }) => ({ id, state })),
  }
}

/** What a wrong command says: one sentence, exit code 2, and everything is as it was. */
async function refusalOf(
  hospital: Hospital,
  args: string[],
  where: Partial<Hospital> = {},
  run: (hospital: Hospital, args: string[]) => Promise<Said> = runCommand,
): Promise<string> {
  const before = await stateOf(hospital)
  const { code, out, err } = await run({ ...hospital, ...where }, args)
  expect(code, err).toBe(2)
  expect(out).toBe('')
  expect(err.split('\n'), err).toHaveLength(1)
  expect(err).toMatch(/^[A-Z].*\.$/)
  expect(err).not.toMatch(/\bat \S+ \(|Error:/)
  expect(await stateOf(hospital)).toEqual(before)
  return err
}

/** Runs a command with these variables, which a rehearsal would not hand on. */
function ended({ home, passphraseFile }: Hospital, args: string[], env: NodeJS.ProcessEnv): Promise<Said> {
  const all = [MAIN, ...args, '--home', home, '--passphrase-file', passphraseFile]
  const { status: code, stdout, stderr } = spawnSync(process.execPath, all, { env, encoding: 'utf8' })
  return Promise.resolve({ code, out: stdout.trim(), err: stderr.trim() })
}

beforeAll(async () => {
  const material = sampleMaterial(3)
  const laid = await layOutHospitals(folder, material)
  hospitals = laid.hospitals
  studyFile = laid.studyFiles[0]!
  await Promise.all(hospitals.map((one) => ask(one, ['init', one.name, '--rehearsal'])))
  pids.push(startHospital(hospitals[0]!))
  await untilRunning(hospitals[0]!, pids[0]!)
  const others = hospitals.slice(1)
  const codes = await Promise.all(others.map((one) => ask(one, ['invite', '--in-person'])))
  await ask(hospitals[0]!, ['pair', '--in-person', ...codes])
  await ask(hospitals[0]!, ['study', 'propose', studyFile])
  blocked = createServer()
  await new Promise<void>((resolve) => blocked.listen(0, '127.0.0.1', resolve))
  const address = blocked.address()
  takenPort = typeof address === 'object' && address ? address.port : 0
})
afterAll(async () => {
  await stopAll(pids)
  await new Promise((resolve) => blocked.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

test('a file that is missing, empty or only a header is not imported', async () => {
  const [alder] = hospitals as [Hospital]
  expect(await refusalOf(alder, ['import', path.join(folder, 'nowhere.csv')])).toMatch(/no such file/i)
  expect(await refusalOf(alder, ['import', file('empty.csv', '')])).toMatch(/empty/)
  expect(await refusalOf(alder, ['import', file('header.csv', 'age,sex\n')])).toMatch(/header but no rows/)
})

test('a table without a column of the study, or of its outcome, is not mapped', async () => {
  const [alder] = hospitals as [Hospital]
  const { csv } = sampleMaterial(3).tables[0]!
  const without = csv.split('\n').map((line) => line.split(',').slice(1).join(','))
  const unknown = csv.replace(',disease\n', ',illness\n')
  await ask(alder, ['import', file('without.csv', without.join('\n'))])
  await ask(alder, ['import', file('unknown.csv', unknown)])
  const map = (dataset: string) => refusalOf(alder, ['map', studyFile, '--dataset', dataset])
  expect(await map('without')).toMatch(/column.*"age"/)
  expect(await map('unknown')).toMatch(/column.*"disease"/)
  expect(await refusalOf(alder, ['map', studyFile])).toMatch(/several datasets/)
})

test('a study file that is broken, or names nobody we know, is not proposed', async () => {
  const [alder] = hospitals as [Hospital]
  expect(await refusalOf(alder, ['study', 'propose', file('broken.json', '{')])).toMatch(/not JSON/)
  expect(await refusalOf(alder, ['study', 'propose', file('other.json', '{"format":1}')])).toMatch(/study/)
  expect(await refusalOf(alder, ['study', 'propose', path.join(folder, 'nowhere.json')])).toMatch(
    /no such file/i,
  )
})

test('two institutions with the same key, or a torn invitation, are not paired', async () => {
  const [alder, birch] = hospitals as [Hospital, Hospital]
  const copy = { ...birch, home: path.join(folder, 'copy') }
  cpSync(birch.home, copy.home, { recursive: true })
  const code = await ask(copy, ['invite', '--in-person'])
  expect(await refusalOf(birch, ['pair', '--in-person', code])).toMatch(/key of this very institution/)
  expect(await refusalOf(alder, ['pair', '--in-person', `${code.slice(0, -8)}AAAAAAAA`])).toMatch(/damaged/)
})

test('a wrong passphrase opens nothing, and a home is not made twice', async () => {
  const [, birch] = hospitals as [Hospital, Hospital]
  const passphraseFile = file('wrong', 'not the passphrase\n')
  expect(await refusalOf(birch, ['status'], { passphraseFile })).toMatch(/passphrase does not open/)
  expect(await refusalOf(birch, ['init', 'Again'])).toMatch(/already/)
  expect(await refusalOf(birch, ['status'], { home: path.join(folder, 'nobody') })).toMatch(
    /No institution lives/,
  )
})

test('a port that is taken and a home in use are said so', async () => {
  const [alder, birch] = hospitals as [Hospital, Hospital]
  const free = ['--listen', '/ip4/127.0.0.1/tcp/0', '--ui-port', '0']
  expect(await refusalOf(alder, ['run', ...free])).toMatch(/Another process has this home open/)
  expect(
    await refusalOf(birch, ['run', '--listen', '/ip4/127.0.0.1/tcp/0', '--ui-port', String(takenPort)]),
  ).toMatch(/port/)
  expect(
    await refusalOf(birch, ['run', '--listen', `/ip4/127.0.0.1/tcp/${takenPort}`, '--ui-port', '0']),
  ).toMatch(/port/)
})

test('a full disk leaves everything as it was', async () => {
  const [, birch] = hospitals as [Hospital, Hospital]
  const big = [
    'a,b,c',
    ...Array.from({ length: 40_000 }, (_, row) => `${row},${row * 7919},${row * 104_729}`),
  ].join('\n')
  const table = file('big.csv', big)
  // A command that a rehearsal runs gets no variable of ours: this one is started here.
  const onFullDisk = (hospital: Hospital, args: string[]) =>
    ended(hospital, args, { ...process.env, MURMURATION_TEST_MAX_PAGES: '120' })
  expect(await refusalOf(birch, ['import', table], {}, onFullDisk)).toMatch(/disk is full/)
  await ask(birch, ['import', birch.csv])
})

test('what cannot be understood is explained', async () => {
  const [, birch] = hospitals as [Hospital, Hospital]
  for (const args of [
    ['bogus'],
    ['run', '--ui-port', 'x'],
    ['approve', '--yes'],
    ['demo', '--hospitals', '2'],
  ]) {
    expect((await runCommand(birch, args)).code, args.join(' ')).toBe(2)
  }
})
