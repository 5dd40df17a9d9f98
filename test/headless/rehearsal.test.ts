import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GateHandlers } from '#contract/gate.ts'
import type { Handlers } from '#contract/serve.ts'
import { root } from '#build/place.mjs'
import { createGate, type Gate } from '#headless/gate.ts'
import { openEngine } from '#headless/open-engine.ts'
import { rehearsalFolder } from '#headless/rehearsal/place.ts'
import { forkProgram } from '#trainer/fork.ts'
import { importTable } from '#headless/rehearsal/acts.ts'
import { answer } from '#contract/serve.ts'
import type { Client, Output } from '#contract/calls.ts'

const SAMPLE = path.join(root, 'electron', 'headless', 'rehearsal', 'sample-process.ts')
let home = ''
let started: number[] = []
const gates: Gate[] = []
beforeEach(() => {
  home = path.join(mkdtempSync(path.join(tmpdir(), 'murmuration rehearsal ')), 'home')
  started = []
})
afterEach(async () => {
  await Promise.all(gates.splice(0).map((gate) => gate.close()))
  rmSync(path.dirname(home), { recursive: true, force: true })
})

function aGate() {
  const gate = createGate({
    ...{ home, keychain: null, now: Date.now, log: () => undefined },
    open: (passphrase) => openEngine({ home, passphrase, listen: [] }),
    rehearsal: {
      folder: rehearsalFolder(home),
      build: 'murmuration test',
      startSample: () => forkProgram(SAMPLE),
      open: (at, passphrase, listen) => openEngine({ home: at, passphrase, listen }),
    },
  })
  gates.push(gate)
  const calls = gate.serving.gate as GateHandlers
  const handlers = () => (gate.serving.handlers as () => Handlers)()
  const call: Client['call'] = async (name, input) =>
    (await answer(handlers(), name, input)) as Output<typeof name>
  return { gate, calls, client: { call } as Client }
}

test('probe', { timeout: 240_000 }, async () => {
  const { calls, client } = aGate()
  const t0 = Date.now()
  const at = (what: string) => console.log(((Date.now() - t0) / 1000).toFixed(1), what)
  await calls['rehearsal.begin'](null)
  at('open')
  const view = async () => (await calls['rehearsal.get'](null))!
  await expect.poll(async () => (await view()).hospitals.map((one) => one.state), { timeout: 60_000 }).toEqual(['here', 'here', 'here'])
  at('here')
  await expect.poll(async () => (await client.call('peers.list', null)).length, { timeout: 60_000 }).toBe(3)
  at('paired')
  const { name, csv } = await calls['rehearsal.table'](null)
  await importTable(client, { name, csv } as never)
  await expect.poll(async () => (await client.call('studies.list', null)).length, { timeout: 60_000 }).toBe(1)
  at('study')
  const [study] = await client.call('studies.list', null)
  const [dataset] = await client.call('datasets.list', null)
  const s = await client.call('mappings.suggest', { study: study!.id, dataset: dataset!.id })
  console.log(JSON.stringify(s.variables.map(v => [v.variable, v.column, v.score])), JSON.stringify(s.outcome))
  console.log(readdirSync(rehearsalFolder(home)), statSync(rehearsalFolder(home)).mode & 0o777, existsSync(home))
  await calls['rehearsal.end'](null)
  at('ended')
  expect(existsSync(rehearsalFolder(home))).toBe(false)
})
