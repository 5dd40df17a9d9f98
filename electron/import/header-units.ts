/** Units as headers write them, in UCUM's spelling where it differs. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^mm ?\[?hg\]?$/i, 'mm[Hg]'],
  [/^(bpm|beats\/min|1\/min|\/min|min-1|breaths\/min)$/i, '/min'],
  [/^(years?|yrs?|y|a|jahre?|ans?|años|anni|jaar)$/i, 'a'],
  [/^(months?|mo|monate?|mois|meses)$/i, 'mo'],
  [/^(weeks?|wk|wochen?)$/i, 'wk'],
  [/^(days?|d|tage?|jours?|días?|dias?|dagen)$/i, 'd'],
  [/^(hours?|hrs?|h|stunden?|heures?|horas?)$/i, 'h'],
  [/^(minutes?|mins?)$/i, 'min'],
  [/^(seconds?|secs?|s)$/i, 's'],
  [/^ms(ec)?$/i, 'ms'],
  [/^(°|deg)? ?c(elsius)?$/i, 'Cel'],
  [/^(°|deg)? ?f(ahrenheit)?$/i, '[degF]'],
  [/^(lbs?|pounds?)$/i, '[lb_av]'],
  [/^(in|inch|inches)$/i, '[in_i]'],
  [/^(%|percent|prozent|pct)$/i, '%'],
  [/^kg ?\/ ?m(2|²|\^2)$/i, 'kg/m2'],
  [/^ml ?\/ ?min ?\/ ?1[.,]73 ?m(2|²|\^2)$/i, 'mL/min/{1.73_m2}'],
  [/^m(2|²|\^2)$/i, 'm2'],
  [/^(x ?)?10(\^|e|\*)?9 ?\/ ?l$/i, '10*9/L'],
  [/^(x ?)?10(\^|e|\*)?12 ?\/ ?l$/i, '10*12/L'],
  [/^(x ?)?10(\^|e|\*)?3 ?\/ ?[uµμ]l$/i, '10*3/uL'],
  [/^(m?i?u) ?\/ ?(m?l|dl)$/i, ''],
]
const AMOUNT =
  /^([munpfkcdµμ]?(?:g|mol|eq|l|m|gy|sv|pa|v))(?:\s?\/\s?([munpcdµμ]?(?:l|m|g|mol|kg|h|d|min|s)))?$/i
const BRACKETS = /[([{]\s*([^()[\]{}]{1,30}(?:\[[^\]]{1,6}\])?)\s*[)\]}]\s*$/
const AFTER_COMMA = /,\s*([^,\s][^,]{0,20})$/
const IN_NAME =
  /_(mg_dl|mmol_l|g_dl|g_l|umol_l|ug_l|ng_ml|mmhg|kg|cm|mm|bpm|years|days|hours|months|weeks|pct|percent)$/i

/** The unit that a header names, as in "Chol (mg/dL)", "Weight [kg]" or "chol_mg_dl"; null when it names none. */
export function unitIn(header: string): string | null {
  const bracketed = BRACKETS.exec(header)?.[1]
  if (bracketed) return unitOf(bracketed)
  const last = AFTER_COMMA.exec(header)?.[1]
  if (last) return unitOf(last)
  const inName = IN_NAME.exec(header)?.[1]
  return inName ? unitOf(inName.replace('_', '/')) : null
}

/** A unit in the spelling of UCUM; null for a text that is none. */
export function unitOf(text: string): string | null {
  const plain = text.trim().replace(/[μ]/g, 'µ')
  const known = SPELLINGS.find(([pattern]) => pattern.test(plain))
  if (known) return known[1] === '' ? internationalUnits(plain) : known[1]
  const amount = AMOUNT.exec(plain)
  if (!amount) return null
  const [, above = '', below] = amount
  return below ? `${spelled(above)}/${spelled(below)}` : spelled(above)
}

function internationalUnits(text: string): string {
  const [above = '', below = ''] = text.replaceAll(' ', '').split('/')
  const prefix = /^m/i.test(above) ? 'm' : ''
  return `${prefix}[IU]/${spelled(below)}`
}

/** Small prefixes and the large letters that units have. */
function spelled(text: string): string {
  const lower = text.toLowerCase().replace('µ', 'u')
  return lower
    .replace(/l$/, (letter) => (lower.endsWith('mol') ? letter : 'L'))
    .replace(/gy$/, 'Gy')
    .replace(/sv$/, 'Sv')
    .replace(/pa$/, 'Pa')
    .replace(/^(.?)v$/, '$1V')
}
