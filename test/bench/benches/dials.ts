import type { Bench } from '../bench.ts'
import { dialUnlisted } from '../frames/dials.ts'

const DIALS = 10_000
const QUICK_DIALS = 40

/** Institutions that nobody has listed dial and ask for every protocol. */
export const bench: Bench = {
  about: 'dials of unlisted institutions, none of which reaches a handler',
  run: ({ quick }) => dialUnlisted(quick ? QUICK_DIALS : DIALS),
}
