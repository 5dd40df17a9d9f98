import type { ErrorCode } from '#domain/errors.ts'
import { nothing, unchanged, type Trouble } from './shared.ts'

/** Why members do not give what a round needs of them. */
export const bytesRefused = {
  'bytes-later': {
    what: 'Another hospital has what this round needs, and is busy.',
    data: nothing,
    todo: 'Wait: it is asked again and again until the round ends.',
  },
  'bytes-too-large': {
    what: 'What another hospital offers is larger than this round allows.',
    data: 'It was not taken, and nothing was lost.',
    todo: 'The round begins again without it where it can. If it happens again, ask the others which version of Murmuration they use.',
  },
  'bytes-withheld': {
    what: 'No hospital that was asked has what this round needs, or may give it.',
    data: nothing,
    todo: 'Wait: all are asked again until the round ends, and it begins anew where it can. If it stays so, ask the hospital that the round waits for.',
  },
} satisfies Partial<Record<ErrorCode, Trouble>>

/** Why a statement about a key changes nothing here. */
export const keyChangeRefused = {
  'key-known': {
    what: 'The new key is that of another hospital that you know. Two hospitals do not become one.',
    data: unchanged,
    todo: 'Ring both. If it is one hospital that you know twice, remove the newer entry, and take its statement in again.',
  },
  'key-retired': {
    what: 'This key was replaced or revoked.',
    data: 'Nothing that it signs is taken any more.',
    todo: 'Ring that hospital. If the change was not its own, pair with it anew.',
  },
} satisfies Partial<Record<ErrorCode, Trouble>>
