import type { GateHandlers } from '#contract/gate.ts'
import { AppError } from '#domain/errors.ts'
import type { Door } from './door.ts'
import type { GateKeys } from './gate-keys.ts'
import { unlockHome } from './home.ts'
import { revokeOwnKey, rotateOwnKey } from './own-key.ts'

interface OwnKeyPorts {
  readonly home: string
  readonly keys: Pick<GateKeys, 'fromKeychain'>
  readonly door: Door
  readonly now: () => number
}

/**
 * Replaces or revokes the institution's own key while its engine is closed for a moment, and opens it again under the key that
 * is in force then. The person gives the passphrase anew: who finds an open screen does not get as far as that.
 */
export function createOwnKeyChange({ home, keys, door, now }: OwnKeyPorts): GateHandlers['gate.changeKey'] {
  return async ({ kind, passphrase: typed }) => {
    if (door.stage() !== 'open') throw new AppError('locked', 'Only an open home gets another key')
    const passphrase = typed ?? (await keys.fromKeychain())
    await unlockHome(home, passphrase)
    if (kind === 'rotation' && (await door.handlers()['restored.get'](null)))
      throw new AppError('home-restored', 'The ledger of this home is not whole')
    await door.close()
    try {
      const change = { home, passphrase, now: now() }
      return { code: kind === 'rotation' ? await rotateOwnKey(change) : await revokeOwnKey(change) }
    } finally {
      await door.start(passphrase)
    }
  }
}
