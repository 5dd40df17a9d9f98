import { unzipSync } from 'fflate'

const DAY_MS = 86_400_000
const SECOND_MS = 1000
/** Serial numbers of days are binary fractions: a second is off by so much at most. */
const OFF_MS = 50
/** The day of 1970 and the first of 1904, in days as workbooks count them from 1900. */
const UNIX = 25_569
const OF_1904 = 1462
/** A column of which nothing lies beyond so many days holds times or durations, and no days of 1900 or 1904. */
const MOST_DAYS = 100
/** Workbooks believe that 1900 had a 29th of February: their 60th day. */
const NO_DAY = 60

/** Whether a workbook counts its days from 1904, as those of old Macintoshes do. */
export function countsFrom1904(bytes: Uint8Array): boolean {
  const files = unzipSync(bytes, { filter: ({ name }) => /(?:^|\/)workbook\.xml$/.test(name) })
  return Object.values(files).some((file) =>
    /<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*["'](?:1|true|on)["']/.test(
      Buffer.from(file).toString('utf8'),
    ),
  )
}

/**
 * Texts for the dates of a sheet, column by column: ISO 8601 for days and times, 08:30:00 for times of day, 25:30:00 for durations
 * of more than a day. No second is lost to how workbooks store fractions of days.
 */
export function datesOfSheet(rows: readonly (readonly unknown[])[], is1904: boolean) {
  const isTimes: boolean[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries()) {
      if (!(cell instanceof Date) || Number.isNaN(cell.getTime())) continue
      isTimes[column] = (isTimes[column] ?? true) && serialOf(cell, is1904) < MOST_DAYS
    }
  return (cell: Date, column: number): string => {
    if (Number.isNaN(cell.getTime())) return ''
    const serial = serialOf(cell, is1904)
    // In a column of days, a time without a day stays one, so that nobody takes it for a day.
    if (isTimes[column] || serial < 1) return timeText(serial)
    return serial < NO_DAY + 1 && !is1904 ? earlyText(serial, cell) : dateText(cell)
  }
}

/** Days since the workbook's own beginning. */
function serialOf(cell: Date, is1904: boolean): number {
  return settled(cell.getTime()) / DAY_MS + UNIX - (is1904 ? OF_1904 : 0)
}

/** Milliseconds with a second put right that was stored as a hair less or more. */
function settled(time: number): number {
  const whole = Math.round(time / SECOND_MS) * SECOND_MS
  return Math.abs(time - whole) <= OFF_MS ? whole : time
}

/** Hours, minutes and seconds, with as many hours as there are. */
function timeText(serial: number): string {
  const seconds = Math.floor(Math.abs(serial) * 86_400 + OFF_MS / SECOND_MS)
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const text = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
  return serial < 0 ? `-${text}` : text
}

/** Days before March 1900 are one further than workbooks' readers take them for. */
function earlyText(serial: number, cell: Date): string {
  if (serial >= NO_DAY) return '1900-02-29'
  return dateText(new Date(cell.getTime() + DAY_MS))
}

/** A date as ISO 8601 writes it; without a time of day it is a day. */
export function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return ''
  const iso = new Date(settled(date.getTime())).toISOString()
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19)
}
