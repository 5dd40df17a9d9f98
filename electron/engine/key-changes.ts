import type { KeyChangeView } from '#contract/key-changes.ts'
import { AppError } from '#domain/errors.ts'
import type { KeyStatement } from '#domain/key-statement.ts'
import { readKeyStatement } from '#network/identity/key-statements.ts'
import { appendAudit } from '#store/audit.ts'
import { isRetired, listOwnKeyStatements, putKeyStatement } from '#store/key-statements.ts'
import { getPeer, type KnownPeer, putPeer, removePeer } from '#store/peers.ts'
import type { PeerPorts } from './peers.ts'

/** Keys of institutions that we know: replaced with continuity, or void. */
export function createKeyChanges(ports: PeerPorts & { readonly sealLog: () => unknown }) {
  const { db, clock, announce } = ports

  function view(statement: KeyStatement): KeyChangeView {
    const successor = statement.kind === 'rotation' ? statement.successor : null
    const { kind, key, statedAt } = statement
    return { kind, key, name: getPeer(db, key)?.name ?? null, successor, statedAt }
  }

  /** The institution whose key this is about, as we know it. */
  function knownBy({ key }: KeyStatement): KnownPeer {
    if (key === ports.signer.id) throw new AppError('same-key', 'This statement is about our own key')
    if (isRetired(db, key))
      throw new AppError('key-retired', 'Another statement about this key was applied before')
    const known = getPeer(db, key)
    if (!known) throw new AppError('not-found', 'We know no institution by this key')
    return known
  }

  function apply({ code }: { code: string }): KeyChangeView {
    const statement = readKeyStatement(code)
    const known = knownBy(statement)
    const shown = view(statement)
    const follower = statement.kind === 'rotation' ? { ...known, id: statement.successor } : null
    if (follower && isRetired(db, follower.id))
      throw new AppError('key-retired', 'The new key was replaced or revoked itself')
    if (follower && getPeer(db, follower.id))
      throw new AppError('key-known', 'The new key is that of another institution that we know')
    db.together(() => {
      removePeer(db, known.id)
      if (follower) putPeer(db, follower)
      putKeyStatement(db, statement, code, false)
      appendAudit(db, {
        time: clock.now(),
        actor: ports.name,
        action: follower ? 'peer-key-rotated' : 'peer-key-revoked',
        object: known.id,
        outcome: follower ? follower.id : 'done',
        detail: statement,
      })
    })
    ports.sealLog()
    ports.dismiss(known.id)
    if (follower) ports.admit(follower)
    announce({ event: 'peers.changed' })
    announce({ event: 'audit.changed' })
    return shown
  }

  return {
    read: ({ code }: { code: string }) => view(readKeyStatement(code)),
    apply,
    own: () => listOwnKeyStatements(db),
  }
}
