import type { Calendar } from '#domain/importing.ts'
import type { Suspicion } from '#domain/profile.ts'
import type { DateRemarks } from './date-look.ts'
import type { DateStyle } from './dates.ts'
import type { TimeReading } from './time-look.ts'

const CALENDARS: Record<Calendar, string> = {
  gregorian: 'Gregorian',
  buddhist: 'Thai Buddhist',
  hijri: 'Hijri (Umm al-Qura)',
  persian: 'Persian (solar Hijri)',
  minguo: 'Minguo',
}

const FAR: Record<Calendar, string> = {
  gregorian: '',
  buddhist: 'would lie in the future',
  hijri: 'would lie centuries ago',
  persian: 'would lie centuries ago',
  minguo: 'would lie in antiquity',
}

/** What a person should know of how a column's dates are read, in counts. */
export function dateRemarks(
  { short, zoned, unzoned, doubts }: DateRemarks,
  { calendar, century, isBirth }: DateStyle,
): Suspicion[] {
  const found: Suspicion[] = []
  const note = (kind: Suspicion['kind'], rows: number, detail: string) =>
    found.push({ kind, value: null, rows, detail: detail.slice(0, 300) })
  if (calendar !== 'gregorian')
    note(
      'written',
      0,
      `Years ${FAR[calendar]} by the Gregorian calendar: they are read by the ${CALENDARS[calendar]} one, and kept as Gregorian days.`,
    )
  if (short > 0) {
    const births = isBirth ? ', and no birth is in the future' : ''
    const rule = `00 to ${String(century).padStart(2, '0')} are read as 20.., later ones as 19..${births}`
    note(doubts.includes('century') ? 'ambiguous' : 'written', short, `Years of two digits: ${rule}.`)
  }
  if (doubts.includes('order'))
    note(
      'ambiguous',
      0,
      'Day and month could change places in every date, and nothing in the file says which is first.',
    )
  if (doubts.includes('calendar'))
    note(
      'ambiguous',
      0,
      'Years fit the Hijri and the Persian calendar. They are kept as written until it is said which.',
    )
  if (zoned > 0) {
    const others =
      unzoned > 0 ? ` ${unzoned} other times have none: they are as a clock in the room showed.` : ''
    note(
      'written',
      zoned,
      `Times have an offset from UTC (a time zone). It is kept beside each of them.${others}`,
    )
  }
  return found
}

/** What a person should know of a column of times. `unit`: that of the numbers that they become; null while they stay words. */
export function timeRemarks(
  { isDuration, isDoubtful, clock, cells }: TimeReading,
  unit: string | null,
): Suspicion[] {
  const note = (kind: Suspicion['kind'], detail: string) => [{ kind, value: null, rows: cells, detail }]
  if (unit === null && isDuration) return note('written', 'Durations, kept as they are written.')
  if (unit === null)
    return note(
      'written',
      'Times of day, kept as they are written. Chosen as a number, they are minutes after midnight.',
    )
  const what = isDuration ? 'Durations' : 'Times of day, counted from midnight'
  const doubt = isDoubtful ? `; two parts are read as ${clock}, and nothing in the file says so` : ''
  return note(isDoubtful ? 'ambiguous' : 'written', `${what}: numbers in ${unit}${doubt}.`)
}
