/** Overwrites a secret with zeros. */
export function erase(bytes: Uint8Array): void {
  bytes.fill(0)
}
