import type { Clock } from '#domain/importing.ts'

/** What a text may be, in bits: 8:30 fits both, 25:30 and PT8H are durations only. */
export const TIME_OF_DAY = 1
export const DURATION = 2
export const ANY_TIME = 3

const COLONS = /^([-+])?(\d{1,4}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?\s?[Mm]\.?|Uhr|h|hrs)?$/
/** As French and Portuguese write a time. */
const WITH_H = /^(\d{1,2}) ?[hH] ?(\d{2})(?: ?(?:min|m))?$/
const ISO =
  /^([-+])?P(?:(\d+(?:[.,]\d+)?)W)?(?:(\d+(?:[.,]\d+)?)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/
const DAYS_AND =
  /^([-+])?(\d{1,6}) ?(?:d|days?|tage?|jours?|d[ií]as?|giorni|dagen)[ ,]+([+-]?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)$/i
const PART = /(\d+(?:[.,]\d+)?)\s*(\p{L}+)\.?[\s,]*(?:and |und |et |y |e |en )?/uy
const LONGEST = 40
/** What only a time of day has behind it. */
const OF_DAY = /^(?:[AaPp]|Uhr)/

/** Seconds of a unit of time, by how it is written in the languages of tables. Months and years are of no fixed length. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:w|wks?|weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|week)$/i, 604_800],
  [/^(?:d|days?|tage?|tagen|jours?|d[ií]as?|giorn[io]|dag(?:en|ar|e)?)$/i, 86_400],
  [/^(?:h|hrs?|hours?|std|stunden?|heures?|horas?|or[ae]|uur|timer?|timmar)$/i, 3600],
  [/^(?:m|min|mins|minutes?|minuten?|minutos?|minut[io]|minuter)$/i, 60],
  [/^(?:s|secs?|seconds?|sek|sekunden?|secondes?|segundos?|second[io]|seconden|sekunder)$/i, 1],
]

/** What a trimmed text is as a time: bits; 0 when it is none. */
export function timesOf(text: string): number {
  if (text.length < 2 || text.length > LONGEST) return 0
  const colons = COLONS.exec(text)
  if (colons) return colonsAre(colons)
  const french = WITH_H.exec(text)
  if (french) return Number(french[2]) > 59 ? 0 : Number(french[1]) < 24 ? ANY_TIME : DURATION
  return Number.isNaN(secondsOf(text, 'h:mm')) ? 0 : DURATION
}

function colonsAre(found: RegExpExecArray): number {
  const [hour = 0, ...others] = found.slice(2, 5).map((one: string | undefined) => Number(one ?? 0))
  if (others.some((one) => one > 59)) return 0
  const [, sign, , , , , mark = ''] = found
  const isOfDay = sign === undefined && isHour(hour, others)
  if (!OF_DAY.test(mark)) return isOfDay ? ANY_TIME : DURATION
  return isOfDay && (mark === 'Uhr' || isOfHalf(hour)) ? TIME_OF_DAY : 0
}

/** Whether a day has such an hour: 24:00 is its end. */
function isHour(hour: number, others: readonly number[]): boolean {
  return hour < 24 || (hour === 24 && others.every((one) => one === 0))
}

/** Whether there is such an hour before or after noon. */
function isOfHalf(hour: number): boolean {
  return hour >= 1 && hour <= 12
}

/** Whether a time has two parts only, so that they may be hours and minutes or minutes and seconds. */
export function isOfTwoParts(text: string): boolean {
  return /^[-+]?\d{1,4}:\d{2}$/.test(text)
}

/**
 * The seconds of a duration, or those from midnight to a time of day; NaN for a text that is neither. Durations of years or months
 * have no fixed length, and are none here.
 */
export function secondsOf(text: string, clock: Clock): number {
  if (text.length > LONGEST) return Number.NaN
  const colons = COLONS.exec(text)
  if (colons) return colonsAre(colons) === 0 ? Number.NaN : ofColons(colons, clock)
  const french = WITH_H.exec(text)
  if (french) return Number(french[1]) * 3600 + Number(french[2]) * 60
  const iso = ISO.exec(text)
  if (iso) return ofIso(iso)
  const days = DAYS_AND.exec(text)
  if (days) return signed(days[1], Number(days[2]) * 86_400 + secondsOf(days[3] ?? '', 'h:mm'))
  return ofParts(text)
}

function ofColons([, sign, a, b, c, part, mark = '']: RegExpExecArray, clock: Clock): number {
  const isShort = c === undefined && clock === 'mm:ss' && mark === ''
  const hour = /^[AaPp]/.test(mark) ? (Number(a) % 12) + (/^p/i.test(mark) ? 12 : 0) : Number(a)
  const fine = Number(c ?? 0) + Number(`0.${part ?? 0}`)
  return signed(sign, isShort ? hour * 60 + Number(b) : hour * 3600 + Number(b) * 60 + fine)
}

function ofIso([, sign, ...parts]: RegExpExecArray): number {
  if (parts.every((one) => one === undefined)) return Number.NaN
  const each = [604_800, 86_400, 3600, 60, 1]
  return signed(
    sign,
    each.reduce((sum, seconds, index) => sum + seconds * decimal(parts[index] ?? '0'), 0),
  )
}

/** "3 days", "2 h 15 min": units from large to small, each once. */
function ofParts(text: string): number {
  let [sum, at, last] = [0, 0, Infinity]
  while (at < text.length) {
    PART.lastIndex = at
    const found = PART.exec(text)
    const unit = UNITS.find(([pattern]) => pattern.test(found?.[2] ?? ''))?.[1]
    if (!found || unit === undefined || unit >= last) return Number.NaN
    sum += decimal(found[1] ?? '') * unit
    last = unit
    at = PART.lastIndex
  }
  return last === Infinity ? Number.NaN : sum
}

function decimal(text: string): number {
  return Number(text.replace(',', '.'))
}

function signed(sign: string | undefined, value: number): number {
  return sign === '-' ? -value : value
}
