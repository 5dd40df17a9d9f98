/**
 * Conversions between units as clinical tables use them, written in UCUM's spelling. A declared table, not UCUM itself
 * (decision 0004): each unit is a multiple of a base unit of its kind, temperatures have an offset.
 */
export interface Conversion {
  readonly factor: number
  readonly offset: number
}

interface Unit {
  readonly kind: string
  readonly factor: number
  readonly offset: number
}

const PREFIXES = { '': 1, d: 1e-1, c: 1e-2, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15, k: 1e3 } as const
const TIMES = {
  s: 1,
  ms: 1e-3,
  min: 60,
  h: 3600,
  d: 86_400,
  wk: 604_800,
  mo: 2_629_800,
  a: 31_557_600,
} as const

const UNITS = new Map<string, Unit>()

function declare(name: string, kind: string, factor: number, offset = 0) {
  UNITS.set(name, { kind, factor, offset })
}

for (const [name, seconds] of Object.entries(TIMES)) declare(name, 'time', seconds)
for (const [prefix, factor] of Object.entries(PREFIXES)) {
  declare(`${prefix}g`, 'mass', factor)
  declare(`${prefix}m`, 'length', factor)
  declare(`${prefix}L`, 'volume', factor)
  declare(`${prefix}mol`, 'amount', factor)
  declare(`${prefix}Gy`, 'dose', factor)
  declare(`${prefix}Sv`, 'dose-equivalent', factor)
  declare(`${prefix}Pa`, 'pressure', factor)
  declare(`${prefix}V`, 'voltage', factor)
  for (const [under, share] of Object.entries(PREFIXES)) {
    declare(`${prefix}g/${under}L`, 'mass-per-volume', factor / share)
    declare(`${prefix}mol/${under}L`, 'amount-per-volume', factor / share)
    declare(`${prefix}[IU]/${under}L`, 'units-per-volume', factor / share)
    declare(`${prefix}mol/${under}mol`, 'ratio', factor / share)
    declare(`${prefix}g/${under}g`, 'ratio', factor / share)
  }
}
declare('mm[Hg]', 'pressure', 133.322387415)
declare('[lb_av]', 'mass', 453.59237)
declare('[oz_av]', 'mass', 28.349523125)
declare('[in_i]', 'length', 0.0254)
declare('[ft_i]', 'length', 0.3048)
declare('/min', 'rate', 1 / 60)
declare('/s', 'rate', 1)
declare('Hz', 'rate', 1)
declare('%', 'ratio', 0.01)
declare('1', 'ratio', 1)
declare('kg/m2', 'area-density', 1)
declare('m2', 'area', 1)
declare('cm2', 'area', 1e-4)
declare('mm2', 'area', 1e-6)
declare('mL/min', 'flow', 1e-3 / 60)
declare('L/min', 'flow', 1 / 60)
declare('mL/min/{1.73_m2}', 'clearance', 1)
declare('U/L', 'units-per-volume', 1)
declare('10*9/L', 'cells', 1e9)
declare('10*12/L', 'cells', 1e12)
declare('10*3/uL', 'cells', 1e9)
declare('10*6/uL', 'cells', 1e12)
declare('/uL', 'cells', 1e6)
declare('Cel', 'temperature', 1, 273.15)
declare('K', 'temperature', 1, 0)
declare('[degF]', 'temperature', 5 / 9, 459.67 * (5 / 9))

/** Milliequivalents of ions with one charge are millimoles; the table knows no others. */
const SAME: Record<string, string> = {
  'meq/L': 'mmol/L',
  'mEq/L': 'mmol/L',
  y: 'a',
  yr: 'a',
  '°C': 'Cel',
  mmHg: 'mm[Hg]',
  'µg/L': 'ug/L',
  'µmol/L': 'umol/L',
  bpm: '/min',
}

/**
 * How a number in one unit becomes one in another: value * factor + offset. Null where the units measure different things.
 * With a molar mass (g/mol) mass per volume becomes amount per volume and back.
 */
export function conversion(from: string, to: string, molarMass?: number): Conversion | null {
  const source = UNITS.get(SAME[from] ?? from)
  const target = UNITS.get(SAME[to] ?? to)
  if (from === to) return { factor: 1, offset: 0 }
  if (!source || !target) return null
  const bridge = bridgeOf(source.kind, target.kind, molarMass)
  if (bridge === null) return null
  const factor = (source.factor * bridge) / target.factor
  return { factor: rounded(factor), offset: rounded((source.offset - target.offset) / target.factor) }
}

/** What one base unit of a kind is in that of another. */
function bridgeOf(source: string, target: string, molarMass?: number): number | null {
  if (source === target) return 1
  if (!molarMass) return null
  if (source === 'mass-per-volume' && target === 'amount-per-volume') return 1 / molarMass
  return source === 'amount-per-volume' && target === 'mass-per-volume' ? molarMass : null
}

/** Binary noise such as 0.30000000000000004 is not part of a conversion. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
