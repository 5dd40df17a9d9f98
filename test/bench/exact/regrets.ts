const LIMITS = { mean: 0.002, most: 0.01 }

function meanOf(all: readonly number[]): number {
  return all.reduce((sum, one) => sum + one, 0) / all.length
}

/** Regrets as text: their mean, and the largest in brackets. */
export function showRegrets(regrets: readonly number[]): string {
  return `${meanOf(regrets).toFixed(4)} (${Math.max(...regrets).toFixed(4)})`
}

/** The promise of the product, or no figures at all. */
export function checkRegrets(name: string, regrets: readonly number[]): void {
  if (meanOf(regrets) < LIMITS.mean && Math.max(...regrets) < LIMITS.most) return
  throw new Error(`The ${name} is far from the best in hindsight: ${showRegrets(regrets)}`)
}
