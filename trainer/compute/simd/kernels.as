// Passes over dense networks in WebAssembly's 128-bit vectors: AssemblyScript. build/kernels.mjs makes kernels.ts of it.
//
// A matrix lies in panels of 8 columns: element (row, column) of one with `height` rows is the number
// ((column >> 3) * height + row) * 8 + (column & 7). Columns beyond the last are 0; heights of batches are multiples of 4.

// @ts-nocheck: AssemblyScript's own types

const ROW: usize = 32

/** to = from * matrix + start: `height` rows of `depth` numbers each, whose panels have `tall` rows like those of `to`. */
function multiply(
  from: usize, tall: usize, matrix: usize, start: usize, to: usize, height: usize, depth: usize, panels: usize,
): void {
  const panel = tall * ROW
  for (let n: usize = 0; n < panels; n++) {
    const first = matrix + n * depth * ROW
    const s0 = v128.load(start + n * ROW)
    const s1 = v128.load(start + n * ROW, 16)
    for (let m: usize = 0; m < height; m += 4) {
      let a0 = s0, a1 = s1, b0 = s0, b1 = s1, c0 = s0, c1 = s1, d0 = s0, d1 = s1
      let b = first
      for (let k: usize = 0; k < depth; k += 8) {
        let a = from + (k >> 3) * panel + m * ROW
        const end = b + min<usize>(8, depth - k) * ROW
        while (b < end) {
          const w0 = v128.load(b)
          const w1 = v128.load(b, 16)
          const xa = v128.load32_splat(a)
          a0 = f32x4.relaxed_madd(w0, xa, a0)
          a1 = f32x4.relaxed_madd(w1, xa, a1)
          const xb = v128.load32_splat(a, 32)
          b0 = f32x4.relaxed_madd(w0, xb, b0)
          b1 = f32x4.relaxed_madd(w1, xb, b1)
          const xc = v128.load32_splat(a, 64)
          c0 = f32x4.relaxed_madd(w0, xc, c0)
          c1 = f32x4.relaxed_madd(w1, xc, c1)
          const xd = v128.load32_splat(a, 96)
          d0 = f32x4.relaxed_madd(w0, xd, d0)
          d1 = f32x4.relaxed_madd(w1, xd, d1)
          a += 4
          b += ROW
        }
      }
      const c = to + n * panel + m * ROW
      v128.store(c, a0)
      v128.store(c, a1, 16)
      v128.store(c, b0, 32)
      v128.store(c, b1, 48)
      v128.store(c, c0, 64)
      v128.store(c, c1, 80)
      v128.store(c, d0, 96)
      v128.store(c, d1, 112)
    }
  }
}

/** to = (from turned) * matrix: both have `height` rows; `to` has `width` rows, a multiple of 4, in panels as tall. */
function multiplyTurned(
  from: usize, matrix: usize, to: usize, height: usize, width: usize, panels: usize,
): void {
  const panel = height * ROW
  for (let n: usize = 0; n < panels; n++) {
    for (let m: usize = 0; m < width; m += 4) {
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0
      let a = from + (m >> 3) * panel + (m & 7) * 4
      let b = matrix + n * panel
      const end = b + panel
      while (b < end) {
        const w0 = v128.load(b)
        const w1 = v128.load(b, 16)
        const xa = v128.load32_splat(a)
        a0 = f32x4.relaxed_madd(w0, xa, a0)
        a1 = f32x4.relaxed_madd(w1, xa, a1)
        const xb = v128.load32_splat(a, 4)
        b0 = f32x4.relaxed_madd(w0, xb, b0)
        b1 = f32x4.relaxed_madd(w1, xb, b1)
        const xc = v128.load32_splat(a, 8)
        c0 = f32x4.relaxed_madd(w0, xc, c0)
        c1 = f32x4.relaxed_madd(w1, xc, c1)
        const xd = v128.load32_splat(a, 12)
        d0 = f32x4.relaxed_madd(w0, xd, d0)
        d1 = f32x4.relaxed_madd(w1, xd, d1)
        a += ROW
        b += ROW
      }
      const c = to + (n * width + m) * ROW
      v128.store(c, a0)
      v128.store(c, a1, 16)
      v128.store(c, b0, 32)
      v128.store(c, b1, 48)
      v128.store(c, c0, 64)
      v128.store(c, c1, 80)
      v128.store(c, d0, 96)
      v128.store(c, d1, 112)
    }
  }
}

/** Sums of the columns of a matrix. */
function sumRows(from: usize, to: usize, height: usize, panels: usize): void {
  for (let n: usize = 0; n < panels; n++) {
    let s0 = f32x4.splat(0), s1 = s0
    let at = from + n * height * ROW
    for (const end = at + height * ROW; at < end; at += ROW) {
      s0 = f32x4.add(s0, v128.load(at))
      s1 = f32x4.add(s1, v128.load(at, 16))
    }
    v128.store(to + n * ROW, s0)
    v128.store(to + n * ROW, s1, 16)
  }
}

/** to = a * b, number by number. */
function times(a: usize, b: usize, to: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16)
    v128.store(to + at, f32x4.mul(v128.load(a + at), v128.load(b + at)))
}

/** Rows of doubles, one after another, to panels of `tall` rows. */
function pack(from: usize, to: usize, height: usize, width: usize, tall: usize): void {
  const whole = width & ~7
  for (let row: usize = 0; row < height; row++) {
    let at = from + row * width * 8
    let into = to + row * ROW
    for (let j: usize = 0; j < whole; j += 8, at += 64, into += tall * ROW) {
      v128.store(into, narrow(at))
      v128.store(into, narrow(at + 32), 16)
    }
    for (let j = whole; j < width; j++, at += 8, into += 4) store<f32>(into, <f32>load<f64>(at))
  }
}

/** The same, turned: columns become rows. */
function packTurned(from: usize, to: usize, height: usize, width: usize): void {
  for (let i: usize = 0; i < height; i += 4) {
    const rows = min<usize>(4, height - i)
    const into = to + (i >> 3) * width * ROW + (i & 7) * 4
    const at = from + i * width * 8
    let j: usize = 0
    if (rows == 4) for (; j + 4 <= width; j += 4) turn(at + j * 8, width * 8, into + j * ROW)
    for (; j < width; j++)
      for (let r: usize = 0; r < rows; r++)
        store<f32>(into + j * ROW + r * 4, <f32>load<f64>(at + (r * width + j) * 8))
  }
}

/** Panels of `tall` rows to rows of doubles, of which each begins `stride` doubles after the one before. */
function unpack(
  from: usize, to: usize, height: usize, width: usize, tall: usize, stride: usize,
): void {
  const whole = width & ~7
  for (let row: usize = 0; row < height; row++) {
    let at = from + row * ROW
    let into = to + row * stride * 8
    for (let j: usize = 0; j < whole; j += 8, at += tall * ROW, into += 64) {
      widen(v128.load(at), into)
      widen(v128.load(at, 16), into + 32)
    }
    for (let j = whole; j < width; j++, at += 4, into += 8) store<f64>(into, <f64>load<f32>(at))
  }
}

/** Four doubles as four floats. */
@inline
function narrow(at: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(at))
  const high = f32x4.demote_f64x2_zero(v128.load(at, 16))
  return i64x2.shuffle(low, high, 0, 2)
}

@inline
function widen(four: v128, to: usize): void {
  v128.store(to, f64x2.promote_low_f32x4(four))
  v128.store(to, f64x2.promote_low_f32x4(i64x2.shuffle(four, four, 1, 1)), 16)
}

/** A square of 4 by 4 doubles, rows `stride` bytes apart, turned into panel rows. */
@inline
function turn(at: usize, stride: usize, to: usize): void {
  const a = narrow(at)
  const b = narrow(at + stride)
  const c = narrow(at + 2 * stride)
  const d = narrow(at + 3 * stride)
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5)
  const AB = i32x4.shuffle(a, b, 2, 6, 3, 7)
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5)
  const CD = i32x4.shuffle(c, d, 2, 6, 3, 7)
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2))
  v128.store(to, i64x2.shuffle(ab, cd, 1, 3), 32)
  v128.store(to, i64x2.shuffle(AB, CD, 0, 2), 64)
  v128.store(to, i64x2.shuffle(AB, CD, 1, 3), 96)
}

// Activations by the number that passes.ts gives them.
const RELU: i32 = 1
const TANH: i32 = 2
const SIGMOID: i32 = 3
const GELU: i32 = 4

/** Values of an activation. */
function activate(kind: i32, from: usize, to: usize, bytes: usize): void {
  if (kind == RELU)
    for (let at: usize = 0; at < bytes; at += 16)
      v128.store(to + at, f32x4.max(v128.load(from + at), f32x4.splat(0)))
  else if (kind == TANH)
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, tanh4(v128.load(from + at)))
  else if (kind == SIGMOID)
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, sigmoid4(v128.load(from + at)))
  else if (kind == GELU)
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, gelu4(v128.load(from + at)))
}

/** Multiplies derivatives by what came out of an activation, in place, into those by what went in. */
function slope(kind: i32, deltas: usize, sums: usize, values: usize, bytes: usize): void {
  const one = f32x4.splat(1)
  for (let at: usize = 0; at < bytes; at += 16) {
    const delta = v128.load(deltas + at)
    const v = v128.load(values + at)
    if (kind == RELU) v128.store(deltas + at, v128.and(delta, f32x4.gt(v, f32x4.splat(0))))
    else if (kind == TANH) v128.store(deltas + at, f32x4.mul(delta, f32x4.sub(one, f32x4.mul(v, v))))
    else if (kind == SIGMOID) v128.store(deltas + at, f32x4.mul(delta, f32x4.mul(v, f32x4.sub(one, v))))
    else if (kind == GELU) v128.store(deltas + at, f32x4.mul(delta, geluSlope4(v128.load(sums + at))))
  }
}

/** The exponential (Cephes' expf): relative error 2e-7. */
@inline
function exp4(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(88))
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)))
  const r = f32x4.sub(
    f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375))),
    f32x4.mul(n, f32x4.splat(-2.12194440e-4)),
  )
  let p = f32x4.splat(1.9875691500e-4)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, power)
}

@inline
function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))))
}

/** The hyperbolic tangent: near 0 by Cephes' series, where 1 - 2/(e^2x + 1) would lose digits. */
@inline
function tanh4(x: v128): v128 {
  const two = f32x4.splat(2)
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(two, f32x4.add(exp4(f32x4.mul(x, two)), f32x4.splat(1))))
  const s = f32x4.mul(x, x)
  let p = f32x4.splat(-5.70498872745e-3)
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(2.06390887954e-2))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(-5.37397155531e-2))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(1.33314422036e-1))
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(-3.33332819422e-1))
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, s), x), x)
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.625)))
}

@inline
function geluTanh4(x: v128): v128 {
  const cubic = f32x4.mul(f32x4.mul(f32x4.mul(x, x), x), f32x4.splat(0.044715))
  return tanh4(f32x4.mul(f32x4.add(x, cubic), f32x4.splat(0.7978845608028654)))
}

@inline
function gelu4(x: v128): v128 {
  return f32x4.mul(f32x4.mul(f32x4.splat(0.5), x), f32x4.add(f32x4.splat(1), geluTanh4(x)))
}

@inline
function geluSlope4(x: v128): v128 {
  const one = f32x4.splat(1)
  const t = geluTanh4(x)
  const inner = f32x4.mul(
    f32x4.splat(0.7978845608028654),
    f32x4.add(one, f32x4.mul(f32x4.splat(3 * 0.044715), f32x4.mul(x, x))),
  )
  const rest = f32x4.mul(f32x4.mul(x, f32x4.sub(one, f32x4.mul(t, t))), inner)
  return f32x4.mul(f32x4.splat(0.5), f32x4.add(f32x4.add(one, t), rest))
}

/**
 * Layer normalisation of sums, in place: keeps the normal values and each row's 1/sd. `live` is 1 in columns that are there
 * and 0 in those beyond, `gain` and `shift` are 0 there.
 */
function normalise(
  sums: usize, normal: usize, inverses: usize, gain: usize, shift: usize, live: usize,
  height: usize, units: usize, floor: f32,
): void {
  const panel = height * ROW
  const end = ((units + 7) >> 3) * ROW
  const share: f32 = <f32>1 / <f32>units
  for (let row: usize = 0; row < height; row++) {
    const from = sums + row * ROW
    const kept = normal + row * ROW
    let sum = f32x4.splat(0)
    for (let j: usize = 0, at = from; j < end; j += ROW, at += panel)
      sum = f32x4.add(sum, f32x4.add(v128.load(at), v128.load(at, 16)))
    const mean = f32x4.splat(total(sum) * share)
    let squares = f32x4.splat(0)
    for (let j: usize = 0, at: usize = 0; j < end; j += 16, at += j & 16 ? 16 : panel - 16) {
      const centred = f32x4.mul(f32x4.sub(v128.load(from + at), mean), v128.load(live + j))
      squares = f32x4.add(squares, f32x4.mul(centred, centred))
      v128.store(kept + at, centred)
    }
    const inverse: f32 = <f32>1 / sqrt<f32>(total(squares) * share + floor)
    store<f32>(inverses + row * 4, inverse)
    const scale = f32x4.splat(inverse)
    for (let j: usize = 0, at: usize = 0; j < end; j += 16, at += j & 16 ? 16 : panel - 16) {
      const value = f32x4.mul(v128.load(kept + at), scale)
      v128.store(kept + at, value)
      v128.store(from + at, f32x4.add(f32x4.mul(value, v128.load(gain + j)), v128.load(shift + j)))
    }
  }
}

/** Turns derivatives by what came out of a normalisation into those by what went in, in place; sums up those of gain and shift. Leaves each row's squares of those instead of its 1/sd. */
function normaliseBack(
  deltas: usize, normal: usize, inverses: usize, gain: usize, live: usize,
  gainSlope: usize, shiftSlope: usize, height: usize, units: usize,
): void {
  const panel = height * ROW
  const end = ((units + 7) >> 3) * ROW
  const share: f32 = <f32>1 / <f32>units
  for (let j: usize = 0; j < end; j += 16) {
    v128.store(gainSlope + j, f32x4.splat(0))
    v128.store(shiftSlope + j, f32x4.splat(0))
  }
  for (let row: usize = 0; row < height; row++) {
    const from = deltas + row * ROW
    const kept = normal + row * ROW
    let sum = f32x4.splat(0), along = sum, squares = sum
    for (let j: usize = 0, at: usize = 0; j < end; j += 16, at += j & 16 ? 16 : panel - 16) {
      const delta = v128.load(from + at)
      const value = v128.load(kept + at)
      v128.store(gainSlope + j, f32x4.add(v128.load(gainSlope + j), f32x4.mul(delta, value)))
      v128.store(shiftSlope + j, f32x4.add(v128.load(shiftSlope + j), delta))
      squares = f32x4.add(squares, f32x4.mul(f32x4.mul(delta, delta), f32x4.add(f32x4.mul(value, value), f32x4.splat(1))))
      const inner = f32x4.mul(delta, v128.load(gain + j))
      v128.store(from + at, inner)
      sum = f32x4.add(sum, inner)
      along = f32x4.add(along, f32x4.mul(inner, value))
    }
    const mean = f32x4.splat(total(sum) * share)
    const part = f32x4.splat(total(along) * share)
    const scale = f32x4.splat(load<f32>(inverses + row * 4))
    store<f32>(inverses + row * 4, total(squares))
    for (let j: usize = 0, at: usize = 0; j < end; j += 16, at += j & 16 ? 16 : panel - 16) {
      const rest = f32x4.sub(f32x4.sub(v128.load(from + at), mean), f32x4.mul(v128.load(kept + at), part))
      v128.store(from + at, f32x4.mul(f32x4.mul(rest, scale), v128.load(live + j)))
    }
  }
}

/** The sum of four numbers. */
@inline
function total(four: v128): f32 {
  const two = f32x4.add(four, i64x2.shuffle(four, four, 1, 1))
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1)
}

/** Bytes of one call in a list: the number of a kernel and nine arguments. */
const CALL: usize = 40

/** Does the calls of a list one after another. Their numbers are those of recipe.ts. */
export function run(list: usize, count: usize): void {
  for (const end = list + count * CALL; list < end; list += CALL) {
    const a = load<usize>(list, 4), b = load<usize>(list, 8), c = load<usize>(list, 12)
    const d = load<usize>(list, 16), e = load<usize>(list, 20), f = load<usize>(list, 24)
    const g = load<usize>(list, 28), h = load<usize>(list, 32), i = load<usize>(list, 36)
    switch (load<i32>(list)) {
      case 0: meet(a, b); break
      case 1: multiply(a, b, c, d, e, f, g, h); break
      case 2: multiplyTurned(a, b, c, d, e, f); break
      case 3: sumRows(a, b, c, d); break
      case 4: times(a, b, c, d); break
      case 5: pack(a, b, c, d, e); break
      case 6: packTurned(a, b, c, d); break
      case 7: unpack(a, b, c, d, e, f); break
      case 8: activate(a, b, c, d); break
      case 9: slope(a, b, c, d, e); break
      case 10: normalise(a, b, c, d, e, f, g, h, reinterpret<f32>(<i32>i)); break
      case 11: normaliseBack(a, b, c, d, e, f, g, h, i); break
    }
  }
}

/** How often a thread looks before it sleeps: about a tenth of a millisecond. */
const LOOKS: i32 = 100000

/** Waits until so many threads have come here. At `place` lie how many have come, and how often all have. */
function meet(place: usize, threads: usize): void {
  const turn = atomic.load<i32>(place, 4)
  if (atomic.add<i32>(place, 1) != <i32>threads - 1) return sleepWhile(place + 4, turn)
  atomic.store<i32>(place, 0)
  atomic.store<i32>(place, turn + 1, 4)
  atomic.notify(place + 4, -1)
}

function sleepWhile(place: usize, value: i32): void {
  for (let i = 0; i < LOOKS; i++) if (atomic.load<i32>(place) != value) return
  while (atomic.load<i32>(place) == value) atomic.wait<i32>(place, value, -1)
}

/** The life of a helping thread. At `place` lie how often it was called, the list to do then, its length, and 1 once it is here. */
export function help(place: usize): void {
  atomic.store<i32>(place, 1, 12)
  for (let turn: i32 = 0; ; turn++) {
    sleepWhile(place, turn)
    run(load<usize>(place, 4), load<usize>(place, 8))
  }
}
