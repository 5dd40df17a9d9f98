import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { AuditEntry } from '#domain/audit.ts'
import { AppError } from '#domain/errors.ts'
import { verifyAuditFile } from '#headless/audit-file.ts'
import { openDocument } from '#network/identity/documents.ts'
import { certificateOf, continued, flipped, headOf, identityOf, signedLog } from '../../kit/signed-log.ts'
import { createDice } from '../../simulation/clock.ts'
import type { Attack } from '../attack.ts'

/** Days of work in the log. */
const DAYS = 12

/** An institution, or whoever has its exported log, hands an auditor another one than the true one. */
export const attack: Attack = {
  row: 8,
  about: 'an auditor is given a log that was shortened, forked, made up, or changed in one bit',
  run({ quick }) {
    const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-attack-8-'))
    try {
      return Promise.resolve(attackLog(folder, quick ? 200 : 10_000))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

function attackLog(folder: string, flips: number) {
  const owner = identityOf(8)
  const log = signedLog(owner, 'Alder', DAYS)
  const write = (content: Uint8Array | string) => {
    const file = path.join(folder, 'file.json')
    writeFileSync(file, content)
    return file
  }
  const held = path.join(folder, 'certificates.json')
  const certificate = certificateOf(owner, log.entries)
  writeFileSync(held, JSON.stringify({ format: 1, institution: owner.id, certificates: [certificate] }))
  const isTaken = (content: object, certificates: string[]) =>
    passes(() => verifyAuditFile(write(JSON.stringify(content)), certificates))
  const ofEntries = (entries: readonly AuditEntry[]) => ({ ...log, head: headOf(entries).head, entries })

  // The check on the check: the true log passes, with the certificate and without.
  if (!isTaken(log, []) || !isTaken(log, [held])) throw new Error('The true log was refused')
  const shortened = log.entries.map((_, length) => ofEntries(log.entries.slice(0, length)))
  const stranger = signedLog(identityOf(9), 'Alder', DAYS)
  const madeUp = [
    { ...stranger, institution: log.institution },
    ofEntries(continued([], { time: 1, actor: 'Dr. Nobody', action: 'x', object: 'x', outcome: 'done' })),
  ]
  const cut = shortened.filter((one) => isTaken(one, [held])).length
  const invented = madeUp.filter((one) => isTaken(one, [])).length + Number(isTaken(stranger, [held]))

  const dice = createDice(8)
  const whole = Buffer.from(JSON.stringify(log, null, 1))
  const signed = Buffer.from(JSON.stringify(certificate))
  let missed = 0
  for (let i = 0; i < flips; i += 1) {
    const spoilt = flipped(whole, dice.below(whole.length * 8))
    if (passes(() => verifyAuditFile(write(spoilt), []))) missed += 1
    const document = Buffer.from(flipped(signed, dice.below(signed.length * 8))).toString()
    if (passes(() => openDocument(JSON.parse(document)))) missed += 1
  }
  const got = `${cut} of ${shortened.length} shortened and ${invented} of 3 made-up logs taken; ${missed} of ${2 * flips} flipped bits missed`
  return { got, failed: cut + invented + missed > 0 }
}

/** Whether something is taken. What refuses it must be our own refusal, or the reader of JSON. */
function passes(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch (error) {
    if (error instanceof AppError || error instanceof SyntaxError) return false
    throw error
  }
}
