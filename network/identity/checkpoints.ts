import { base64urlnopad } from '@scure/base'
import { type AuditEntry, CHECKPOINT, checkpointText, type Head } from '#domain/audit.ts'
import type { Signer } from '../ports.ts'
import { verify } from './identity.ts'

/** The entry by which an institution signs its log up to here: its name, its key, and its signature on the head. */
export function signCheckpoint(signer: Signer, head: Head, { name, time }: { name: string; time: number }) {
  const text = checkpointText(head, { institution: signer.id, name, time })
  const outcome = base64urlnopad.encode(signer.sign('checkpoint', new TextEncoder().encode(text)))
  return { time, actor: name, action: CHECKPOINT, object: signer.id, outcome }
}

/** Whether an entry is a checkpoint that the institution which it names really signed. Never throws. */
export function isSignedCheckpoint(entry: AuditEntry): boolean {
  const { seq, prevHash, object, actor, outcome, time } = entry
  const head = { entries: seq - 1, head: prevHash }
  const text = checkpointText(head, { institution: object, name: actor, time })
  try {
    return verify(object, 'checkpoint', new TextEncoder().encode(text), base64urlnopad.decode(outcome))
  } catch {
    return false
  }
}
