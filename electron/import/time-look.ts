import type { Clock } from '#domain/importing.ts'
import { createAgreement } from './agreement.ts'
import { ANY_TIME, isOfTwoParts, secondsOf, TIME_OF_DAY, timesOf } from './clock-times.ts'

/** What a column of times is. */
export interface TimeReading {
  readonly clock: Clock
  /** Durations become numbers; times of day stay as they are written until a person wants numbers. */
  readonly isDuration: boolean
  /** The unit of their numbers, as UCUM spells it. */
  readonly unit: string
  readonly isWhole: boolean
  /** Whether two parts may be hours and minutes or minutes and seconds. */
  readonly isDoubtful: boolean
  readonly cells: number
  readonly codes: ReadonlySet<string>
}

/** Words of headers for how long something took, in the languages of tables. */
const LASTS =
  /durat|dauer|dur[ée]e|duraci[oó]n|durata|duur|dura[cç][aã]o|varighet|varaktighet|varighed|czas trwania|\blos\b|length|elapsed|interval|\btime[ _]to\b|\bzeit[ _]bis\b|split|lap[ _]?time|wait|runtime/i
const MINUTES_FIRST = /m{1,2}:ss?\b|min:s/i
const HOURS_FIRST = /h{1,2}:mm?\b|h:min/i
/** Seconds of the units in which a column of times may be. */
const SECONDS: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400, wk: 604_800 }

/** How many of a unit of time, as UCUM spells it, a time is; NaN where the text is none or the unit is no such unit. */
export function timeIn(text: string, clock: Clock, unit: string): number {
  const each = SECONDS[unit]
  return each === undefined ? Number.NaN : Number((secondsOf(text, clock) / each).toPrecision(15))
}

/** Whether a unit is one in which a column of times may be. */
export function isTimeUnit(unit: string | null): unit is string {
  return unit !== null && Object.hasOwn(SECONDS, unit)
}

/** What a header says that two parts are. */
function clockIn(header: string): Clock | null {
  if (HOURS_FIRST.test(header)) return 'h:mm'
  return MINUTES_FIRST.test(header) ? 'mm:ss' : null
}

/** Looks at a column's words as times of day and durations. */
export function createTimeLook(header: string) {
  const agreement = createAgreement(ANY_TIME, timesOf)
  let [isWholeMinutes, isWholeDays, isTwo] = [true, true, false]

  function take(word: string, count: number) {
    const before = agreement.agreed()
    agreement.take(word, count)
    if (agreement.agreed() === before) return
    const seconds = secondsOf(word, 'h:mm')
    if (seconds % 60 !== 0) isWholeMinutes = false
    if (seconds % 86_400 !== 0) isWholeDays = false
    if (isOfTwoParts(word)) isTwo = true
  }
  function reading(wish: Clock | null): TimeReading {
    const named = clockIn(header)
    const clock = wish ?? named ?? 'h:mm'
    const isDuration = (agreement.mask() & TIME_OF_DAY) === 0 || LASTS.test(header.replaceAll('_', ' '))
    return {
      ...{ clock, isDuration, unit: isWholeDays ? 'd' : 'min' },
      isWhole: clock === 'h:mm' && isWholeMinutes,
      isDoubtful: isTwo && isDuration && (wish ?? named) === null,
      cells: agreement.agreed(),
      codes: agreement.codes(),
    }
  }
  return { take, isOpen: agreement.isOpen, holds: agreement.holds, reading }
}
