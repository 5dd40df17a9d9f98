/** Writes numbers, times and sizes for one language. All times are in the reader's own zone, or in the one that is named. */
export function createFormat(locale: string, timeZone?: string) {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const two = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const three = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 })
  const short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const date = { day: 'numeric', month: 'short', year: 'numeric' } as const
  const time = { hour: '2-digit', minute: '2-digit' } as const
  const times = (parts: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, timeZone ? { ...parts, timeZone } : parts)
  const day = times(date)
  const moment = times({ ...date, ...time, timeZoneName: 'short' })
  const brief = times({ day: 'numeric', month: 'short', ...time, second: '2-digit' })
  const clock = times({ ...time, second: '2-digit' })
  const list = new Intl.ListFormat(locale, { type: 'conjunction' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: name === 'byte' ? 'long' : 'short',
      maximumFractionDigits: digits,
    }).format(value)

  return {
    /** 1,204 */
    count: (value: number) => whole.format(value),
    /** 0.88 */
    two: (value: number) => two.format(value),
    /** 0.881 */
    three: (value: number) => three.format(value),
    /** A measured value with at most four significant digits. */
    value: (value: number) => short.format(value),
    /** 12.5% of a whole; a dash when the whole is empty. */
    share: (part: number, whole: number) => (whole > 0 ? share.format(part / whole) : '–'),
    /** 30 Jan 2027 */
    day: (time: number) => day.format(time),
    /** 30 Jan 2027, 14:05 GMT: with the zone, as the same hour comes twice when clocks go back. */
    moment: (time: number) => moment.format(time),
    /** 30 Jan, 14:05:31: where many times stand below each other. */
    brief: (time: number) => brief.format(time),
    /** 14:05:31 */
    clock: (time: number) => clock.format(time),
    /** a, b and c */
    list: (items: readonly string[]) => list.format(items),
    bytes: (bytes: number) => bytesIn(unit, bytes),
    /** A length of time: 3 hr, 40 min, 2.5 sec. */
    duration: (ms: number) => durationIn(unit, ms),
    /** in 2 days, 3 hours ago */
    ago: (time: number, now: number) => relativeIn(relative, time - now),
  }
}

type WithUnit = (value: number, name: string, digits?: number) => string

function bytesIn(unit: WithUnit, bytes: number): string {
  if (bytes < 1000) return unit(bytes, 'byte')
  if (bytes < 1e6) return unit(bytes / 1e3, 'kilobyte', 1)
  if (bytes < 1e9) return unit(bytes / 1e6, 'megabyte', 1)
  return unit(bytes / 1e9, 'gigabyte', 1)
}

function durationIn(unit: WithUnit, ms: number): string {
  if (ms < 1000) return unit(ms, 'millisecond')
  if (ms < 60_000) return unit(ms / 1000, 'second', ms < 10_000 ? 1 : 0)
  if (ms < 5_400_000) return unit(ms / 60_000, 'minute')
  if (ms < 129_600_000) return unit(ms / 3_600_000, 'hour')
  return unit(ms / 86_400_000, 'day')
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

function relativeIn(relative: Intl.RelativeTimeFormat, ms: number): string {
  const [unit, size] = steps.find(([, size]) => Math.abs(ms) >= size) ?? ['second', 1000]
  return relative.format(Math.trunc(ms / size), unit)
}
