import { safeStorage } from 'electron'

/**
 * What the operating system's keychain is worth. 'weak': there is none, or one that Electron would replace by a
 * password that everybody knows (Linux without a secret service).
 */
export function keychainKind(): 'ready' | 'weak' {
  if (!safeStorage.isEncryptionAvailable()) return 'weak'
  if (process.platform !== 'linux') return 'ready'
  const backend = safeStorage.getSelectedStorageBackend()
  return backend === 'basic_text' || backend === 'unknown' ? 'weak' : 'ready'
}

/** Seals or opens a text for this account; null where the keychain is weak or does not know it. */
export function useKeychain(act: 'seal' | 'open', text: string): string | null {
  if (keychainKind() === 'weak') return null
  try {
    if (act === 'seal') return safeStorage.encryptString(text).toString('base64')
    return safeStorage.decryptString(Buffer.from(text, 'base64'))
  } catch {
    return null
  }
}
