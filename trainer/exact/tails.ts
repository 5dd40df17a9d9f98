const TINY = 1e-300
const STEPS = 1000
const EPSILON = 1e-16

/** The chance that a chi-square variable of these degrees of freedom exceeds x: the regularised upper incomplete gamma function. */
export function chiSquareTail(x: number, freedom: number): number {
  if (Number.isNaN(x) || !(freedom > 0)) return Number.NaN
  if (x <= 0) return 1
  const [a, half] = [freedom / 2, x / 2]
  const front = Math.exp(a * Math.log(half) - half - logGamma(a))
  return half < a + 1 ? 1 - front * gammaSeries(a, half) : front * gammaFraction(a, half)
}

/** The chance that a standard normal variable lies farther from 0 than z, on either side. */
export function normalTails(z: number): number {
  return chiSquareTail(z * z, 1)
}

/** The chance that Student's t of these degrees of freedom lies farther from 0 than t, on either side. */
export function studentTails(t: number, freedom: number): number {
  return betaShare(freedom / (freedom + t * t), freedom / 2, 0.5)
}

/** The chance that an F variable exceeds x. */
export function fisherTail(x: number, above: number, below: number): number {
  return x > 0 ? betaShare(below / (below + above * x), below / 2, above / 2) : 1
}

/** The t beyond which, on either side, Student's t lies with this chance: by bisection. */
export function studentLimit(chance: number, freedom: number): number {
  let [low, high] = [0, 1]
  while (studentTails(high, freedom) > chance) high *= 2
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (studentTails(middle, freedom) > chance) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function gammaSeries(a: number, x: number): number {
  let [sum, term] = [1 / a, 1 / a]
  for (let n = 1; n < STEPS && Math.abs(term) > EPSILON * sum; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

/** Continued fraction by Lentz's method. */
function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let h = d
  for (let n = 1; n < STEPS; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / nonzero(an * d + b)
    c = nonzero(b + an / c)
    h *= d * c
    if (Math.abs(d * c - 1) < EPSILON) break
  }
  return h
}

/** The regularised incomplete beta function. */
function betaShare(x: number, a: number, b: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? x : 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonzero(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonzero(1 + even * d)
    c = nonzero(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonzero(1 + odd * d)
    c = nonzero(1 + odd / c)
    h *= d * c
    if (Math.abs(d * c - 1) < EPSILON) break
  }
  return h
}

function nonzero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const y = x - 1
  const sum = LANCZOS.reduce((all, one, i) => (i === 0 ? one : all + one / (y + i)), 0)
  const t = y + LANCZOS.length - 1.5
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}
