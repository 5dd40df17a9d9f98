import type { RoundKind } from '#domain/round.ts'
import { f, many, kinds } from './shared.ts'

export const frame = {
  skip: 'Skip to the content',
  navigation: 'Screens',
  study: 'Study in hand',
  noStudy: 'No study yet',
  connected: (now: number, all: number) =>
    all === 0 ? 'No other hospital yet' : `${f.count(now)} of ${f.count(all)} connected`,
  idle: 'Nothing is running',
  running: (kind: RoundKind, round: number) => `${kinds[kind]} round ${f.count(round)}`,
  trained: (done: number, all: number) => `${f.count(done)} of at most ${f.count(all)} training rounds`,
  rehearsal: 'Rehearsal',
  rehearsalExplained: 'no real patients',
  waitingForYou: (n: number) => many(n, 'request waits for you', 'requests wait for you'),
  connecting: 'Connecting to the engine',
  refusedTitle: 'This page is not connected to the engine',
  refused:
    'The engine did not accept this page. Either it is not running, or this link was used before: a link opens one page, once. Your data is safe in the engine. Start Murmuration again to get a new link.',
  lost: 'The engine stopped answering. Connecting again. Nothing was lost: every finished step is stored, and a round goes on where it was.',
  theme: 'Appearance',
  yourKey: 'Your key',
} as const
