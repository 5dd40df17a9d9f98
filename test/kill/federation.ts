import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sampleMaterial } from '#headless/demo/prepare.ts'
import { freePorts } from '#headless/free-ports.ts'
import { createHome } from '#headless/home.ts'
import { type Agreement, createAgreeing } from './agreeing.ts'
import { createMember } from './member.ts'
import { makeNetwork, namespacesMissing } from './namespaces.ts'

const PORT = 4101
const LOGS = ['said.log', 'murmuration.log']

export interface FederationOptions extends Agreement {
  readonly members: number
  /** How long each takes to compute, beyond what its trainer needs. */
  readonly computeMs: number
}

/** Hospitals of one study, each a process with the product's engine in a network namespace of its own where these can be made. */
export async function createFederation(options: FederationOptions) {
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-kill-'))
  const network = namespacesMissing() === null ? makeNetwork(options.members) : null
  const ports = network ? [] : await freePorts(options.members)
  const material = sampleMaterial(options.members)
  const members = material.tables.map(({ name }, i) =>
    createMember({
      name,
      home: path.join(folder, String(i)),
      passphrase: randomBytes(16).toString('base64url'),
      computeMs: options.computeMs,
      address: network?.machines[i]?.address ?? '127.0.0.1',
      namespace: network?.machines[i]?.name ?? null,
      port: ports[i] ?? PORT,
    }),
  )

  function clear(): void {
    network?.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  /** When this process ends before `remove` was called. */
  function clearAtOnce(): void {
    for (const one of members) one.killAtOnce()
    clear()
  }
  /** Stops all members and takes everything away. */
  async function remove(): Promise<void> {
    await Promise.all(members.map((one) => one.stop()))
    process.off('exit', clearAtOnce)
    clear()
  }

  process.once('exit', clearAtOnce)
  try {
    for (const { home, name, passphrase } of members)
      await createHome(home, name, passphrase, true, Date.now())
  } catch (error) {
    await remove()
    throw error
  }
  return {
    members,
    network,
    remove,
    ...createAgreeing(members, material, options),
    /** Keeps what the members said, for whoever looks for the cause of trouble. */
    keepLogs(place: string): void {
      for (const { home } of members) {
        for (const log of LOGS.filter((one) => existsSync(path.join(home, one)))) {
          cpSync(path.join(home, log), path.join(place, path.basename(home), log))
        }
      }
    },
  }
}

export type Federation = Awaited<ReturnType<typeof createFederation>>
