/** What an institution's key signs. Nothing that was signed for one of these is good for another. */
export type Purpose = 'document' | 'invitation' | 'checkpoint' | 'key-statement'

/**
 * The bytes that stand for a message made for one purpose: `murmuration/1/PURPOSE`, a zero byte, the message. No purpose
 * has a zero byte in it, so two different pairs of purpose and message never give the same bytes; and libp2p, which signs
 * its handshake with the same key, begins with "noise-libp2p-static-key:".
 */
export function inContext(purpose: Purpose | 'pairing', message: Uint8Array | string): Uint8Array {
  return Buffer.concat([Buffer.from(`murmuration/1/${purpose}\0`, 'utf8'), Buffer.from(message)])
}
