import type * as v from 'valibot'
import type { Dice } from '../../simulation/clock.ts'

/** The parts of a schema that say what its values look like. */
interface Shape {
  readonly type: string
  readonly entries?: Record<string, Shape>
  readonly options?: readonly (Shape | string)[]
  readonly item?: Shape
  readonly wrapped?: Shape
  readonly literal?: unknown
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[]
}

/** What a generated message may name so that it meets something: ids that exist, the author's own, a study's. */
export interface Names {
  readonly hashes: readonly string[]
  readonly members: readonly string[]
}

const letters = (dice: Dice, alphabet: string | readonly string[], length: number) =>
  Array.from({ length }, () => alphabet[dice.below(alphabet.length)]).join('')
const HEX = '0123456789abcdef'
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A value that a schema allows, as far as its shape says: most pass, the rest fail a rule between fields. */
export function generate(schema: v.GenericSchema, names: Names, dice: Dice): unknown {
  return valueOf(schema, names, dice)
}

function valueOf(shape: Shape, names: Names, dice: Dice): unknown {
  const makers: Record<string, () => unknown> = {
    strict_object: () => objectOf(shape, names, dice),
    variant: () => valueOf(dice.pick(shape.options as readonly Shape[]), names, dice),
    union: () => valueOf(dice.pick(shape.options as readonly Shape[]), names, dice),
    picklist: () => dice.pick(shape.options ?? []),
    literal: () => shape.literal,
    array: () => Array.from({ length: lengthOf(shape, dice) }, () => valueOf(shape.item!, names, dice)),
    nullable: () => (dice.chance(0.5) ? null : valueOf(shape.wrapped!, names, dice)),
    optional: () => valueOf(shape.wrapped!, names, dice),
    string: () => textOf(shape, names, dice),
    number: () => numberOf(shape, dice),
    boolean: () => dice.chance(0.5),
  }
  return (makers[shape.type] ?? (() => ({ anything: dice.below(9) })))()
}

function objectOf({ entries = {} }: Shape, names: Names, dice: Dice): Record<string, unknown> {
  const used = Object.entries(entries).filter(([, one]) => one.type !== 'optional' || dice.chance(0.5))
  return Object.fromEntries(used.map(([key, one]) => [key, valueOf(one, names, dice)]))
}

const ruleOf = ({ pipe = [] }: Shape, type: string) => pipe.find((one) => one.type === type)?.requirement

function lengthOf(shape: Shape, dice: Dice): number {
  const least = Number(ruleOf(shape, 'min_length') ?? 0)
  const most = Number(ruleOf(shape, 'max_length') ?? 4)
  return Math.min(most, least + dice.below(4))
}

function textOf(shape: Shape, names: Names, dice: Dice): string {
  const regex = ruleOf(shape, 'regex')
  const rule = regex instanceof RegExp ? regex.source : ''
  if (rule.includes('{64}')) return dice.chance(0.7) ? dice.pick(names.hashes) : letters(dice, HEX, 64)
  if (rule.includes('12D3KooW')) return dice.pick(names.members)
  if (rule.includes('{32}')) return letters(dice, HEX, 32)
  if (rule.includes('{43}')) return letters(dice, BASE64URL, 43)
  if (rule.includes('{86}')) return letters(dice, BASE64URL, 86)
  return letters(dice, ['a', 'b', ' ', '\u00e9', '\u{1f9ec}', '\u0000', '<', '"'], 1 + dice.below(20))
}

function numberOf(shape: Shape, dice: Dice): number {
  const least = Number(ruleOf(shape, 'min_value') ?? 0)
  const most = Math.min(Number(ruleOf(shape, 'max_value') ?? 1000), Number.MAX_SAFE_INTEGER)
  return dice.pick([least, most, least + dice.below(4), Math.floor(least + dice.unit() * (most - least))])
}

/** The same value with one thing in it that no schema allows, or that is much, deep or strange. */
export function spoil(value: unknown, dice: Dice): unknown {
  if (Array.isArray(value) && value.length > 0 && dice.chance(0.7))
    return value.with(dice.below(value.length), spoil(dice.pick(value), dice))
  if (typeof value === 'object' && value !== null && dice.chance(0.8)) {
    const entries = Object.entries(value)
    if (entries.length === 0 || dice.chance(0.15)) return { ...value, [strangeKey(dice)]: strange(dice) }
    const [key, inner] = dice.pick(entries)
    if (dice.chance(0.15)) return Object.fromEntries(entries.filter(([name]) => name !== key))
    return { ...value, [key]: spoil(inner, dice) }
  }
  return strange(dice)
}

const strangeKey = (dice: Dice) =>
  dice.pick(['__proto__', 'constructor', 'toString', '', 'ask', 'kind', 'length'])

function strange(dice: Dice): unknown {
  const makers = [
    () => null,
    () => dice.pick([-1, -0, 1e308, 1e21, 0.1, 2 ** 53, -(2 ** 63)]),
    () => dice.pick(['', '\u0000', '\ud800', '../../etc/passwd', '1e999', '<script>', 'NaN']),
    () => letters(dice, HEX, dice.pick([63, 64, 65, 5000])),
    () => dice.pick([true, [], {}, [[[[[[]]]]]]]),
    () => Array.from({ length: dice.pick([1, 60, 3000]) }, () => 0),
    () => JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown, // to be sent, not to be read
  ]
  return dice.pick(makers)()
}
