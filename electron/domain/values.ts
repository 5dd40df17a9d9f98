import * as v from 'valibot'
import { isPlain } from './plain-text.ts'

/** SHA-256 as 64 lower-case hex digits. */
export const Hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
export type Hash = v.InferOutput<typeof Hash>

/** An institution's libp2p PeerId: base58btc of its Ed25519 public key in an identity multihash. */
export const InstitutionId = v.pipe(v.string(), v.regex(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/))
export type InstitutionId = v.InferOutput<typeof InstitutionId>

/** 32 bytes as unpadded base64url. */
export const Bytes32 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/))

/** An Ed25519 signature (64 bytes) as unpadded base64url. */
export const Signature = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/))

/** Milliseconds since 1970, UTC. */
export const Time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15))

/** A length of time in milliseconds, at most thirty days. */
export const Duration = v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(30 * 24 * 3600 * 1000))

const UNSEEN = 'This holds characters that cannot be seen or that change how the text is read'

/** A text of somebody else in one line or a few: every character in it can be seen, and none changes how others are read. */
export const Lines = (max: number) => v.pipe(v.string(), v.maxLength(max), v.check(isPlain, UNSEEN))

/** Such a text in one line. */
export const Line = (max: number) =>
  v.pipe(
    Lines(max),
    v.check((text) => !text.includes('\n'), 'This must be one line'),
  )

/** Such a line in which something can be seen: what something is called in what is signed. */
export const Title = (max = 200) =>
  v.pipe(
    Line(max),
    v.minLength(1),
    v.check((text) => text.trim() !== '', 'This is blank'),
  )

/** One line or a few of our own for people to read, trimmed of nothing and limited in length. */
export const Text = (max: number) => v.pipe(v.string(), v.maxLength(max))

/** A whole number between two limits, both allowed. */
export const Count = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))

/** A finite number between two limits, both allowed. */
export const Real = (min: number, max: number) =>
  v.pipe(v.number(), v.finite(), v.minValue(min), v.maxValue(max))

/** The name of a variable or column: visible, at most 200 characters. */
export const Name = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
