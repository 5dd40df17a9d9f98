import { randomBytes } from 'node:crypto'
import type { Member } from '#domain/study.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { makeInvitation } from '#network/identity/invitation.ts'
import { openHospital, type Hospital } from './hospital.ts'

/** An institution that knows two others, without any study. */
export async function knowingTwo(): Promise<{ a: Hospital; members: Member[] }> {
  const a = await openHospital('Aue')
  const others = [strange('Buch'), strange('Calw')]
  for (const { invitation } of others) await a.call('peers.confirm', { code: invitation })
  return { a, members: [await own(a), ...others.map(({ member }) => member)] }
}

export async function own(hospital: Hospital) {
  const { id, name } = await hospital.call('institution.get', null)
  return { id, name }
}

/** An institution that is only its key and an invitation: nobody runs it. */
export function strange(name: string) {
  const signer = createIdentity(new Uint8Array(randomBytes(32)))
  const now = Date.now()
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
  return {
    member: { id: signer.id, name },
    invitation: makeInvitation(signer, { name, addresses: [], now, random }),
  }
}

/** What an institution has done, by its own log. */
export async function audit(hospital: Hospital): Promise<string[]> {
  const entries = await hospital.call('audit.list', { from: 1, limit: 1000 })
  return entries.map((one) => one.action).filter((action) => action !== 'checkpoint')
}
