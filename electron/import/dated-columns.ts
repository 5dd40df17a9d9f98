import type { ColumnEdit, DateDoubt } from '#domain/importing.ts'
import type { Suspicion } from '#domain/profile.ts'
import { dateRemarks, timeRemarks } from './date-remarks.ts'
import type { DateStyle } from './dates.ts'
import type { ColumnLook, Reading } from './infer.ts'
import { isTimeUnit } from './time-look.ts'

/** Whether a column becomes numbers. */
export function isNumeric({ type }: Reading): boolean {
  return type === 'integer' || type === 'real'
}

/** The unit of a column: one of time where times become numbers, whatever else was said. */
export function unitFor(unit: string | null, reading: Reading): string | null {
  if (!reading.time || !isNumeric(reading)) return unit
  return isTimeUnit(unit) ? unit : reading.time.unit
}

/** What a person says to settle a doubt. */
const SAYS = { order: 'dateOrder', calendar: 'calendar', century: 'century', clock: 'clock' } as const

/** What of a column's dates and times nobody has said. */
export function doubtsOf(
  look: ColumnLook,
  reading: Reading,
  edit: ColumnEdit | undefined,
): readonly DateDoubt[] {
  if (isNumeric(reading)) return reading.time?.isDoubtful ? ['clock'] : []
  if (reading.type !== 'date') return []
  const { doubts } = look.dates(reading.dates)
  return edit ? doubts.filter((one) => edit[SAYS[one]] === undefined) : doubts
}

/** What is to be said of a column's dates or times; null of one that has neither. `unit`: that of its numbers. */
export function timedRemarks(look: ColumnLook, reading: Reading, unit: string | null): Suspicion[] | null {
  if (reading.type === 'date') return dateRemarks(look.dates(reading.dates), reading.dates)
  return reading.time ? timeRemarks(reading.time, isNumeric(reading) ? unit : null) : null
}

/** How dates are read, with what a person said. */
export function datesAs(style: DateStyle, { dateOrder, calendar, century }: ColumnEdit): DateStyle {
  return {
    ...style,
    ...(dateOrder === undefined ? {} : { order: dateOrder }),
    ...(calendar === undefined ? {} : { calendar }),
    ...(century === undefined ? {} : { century }),
  }
}
