import jsep, { type Expression } from 'jsep'
import type { Cell } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { callOf, isText, operate, type Value } from './expression-parts.ts'

/** A formula over the columns of a table, checked and ready to be worked out row by row. Null is missing. */
export interface Formula {
  /** The columns that it reads, each once. */
  readonly columns: readonly string[]
  /** The values that a column is compared with for being the same, by column. */
  readonly compared: ReadonlyMap<string, ReadonlySet<string>>
  read(cell: (column: string) => Cell): Value
}

type Step = (cell: (column: string) => Cell) => Value

const MAX_LENGTH = 500
const MAX_NODES = 200
const MAX_DEPTH = 40

/**
 * Parses a formula such as `num > 0`, `weight / pow(height / 100, 2)` or `col("Chol (mg/dL)") * 0.02586`. Only columns, numbers,
 * texts, the usual operators and a closed list of functions are understood; nothing is evaluated as code. Throws 'mapping-bad'
 * with the place that is wrong.
 */
export function parseFormula(text: string): Formula {
  if (text.length > MAX_LENGTH) throw bad(`a formula has at most ${MAX_LENGTH} characters`)
  const columns = new Set<string>()
  const compared = new Map<string, Set<string>>()
  let nodes = 0

  function step(node: Expression, depth: number): Step {
    nodes += 1
    if (nodes > MAX_NODES || depth > MAX_DEPTH) throw bad('the formula is too long')
    const inner = (one: unknown) => step(one as Expression, depth + 1) // safe: jsep's own nodes hold nodes
    switch (node.type) {
      case 'Literal':
        return literal(node.value)
      case 'Identifier':
        return column(nameIn(node.name))
      case 'UnaryExpression':
        return unary(nameIn(node.operator), inner(node.argument))
      case 'BinaryExpression':
        noteCompared(compared, node)
        return binary(nameIn(node.operator), inner(node.left), inner(node.right))
      case 'ConditionalExpression':
        return choice(inner(node.test), inner(node.consequent), inner(node.alternate))
      case 'CallExpression':
        return call(node, inner)
      default:
        throw bad(`a formula cannot hold this (${node.type})`)
    }
  }
  function column(name: string): Step {
    columns.add(name)
    return (cell) => cell(name)
  }
  function call({ callee, arguments: given }: Expression, inner: (one: unknown) => Step): Step {
    // The casts: jsep's types leave open what its nodes hold.
    const name = (callee as Expression).type === 'Identifier' ? nameIn((callee as Expression).name) : ''
    const args = given as Expression[]
    if (name === 'col') {
      const [first] = args
      if (args.length !== 1 || typeof first?.value !== 'string') throw bad('col() takes one name in quotes')
      return column(first.value)
    }
    const known = callOf(name, args.length)
    if (!known) throw bad(`there is no function ${name || 'of this kind'} with ${args.length} values`)
    if (name === 'oneOf') noteNamed(compared, args)
    const steps = args.map(inner)
    return (cell) => known(steps.map((one) => one(cell)))
  }
  const whole = step(parse(text), 0)
  return { columns: [...columns], compared, read: whole }
}

const SAME = new Set(['==', '===', '!=', '!=='])

function noteCompared(compared: Map<string, Set<string>>, { operator, left, right }: Expression): void {
  if (SAME.has(nameIn(operator))) noteNamed(compared, [left as Expression, right as Expression]) // safe: as above
}

/** Columns among nodes that are compared with each other, and the values beside them. */
function noteNamed(compared: Map<string, Set<string>>, nodes: readonly Expression[]): void {
  const values = nodes.flatMap(literalIn)
  if (values.length === 0) return
  for (const column of nodes.flatMap(columnIn)) {
    const known = compared.get(column) ?? new Set()
    for (const value of values) known.add(value)
    compared.set(column, known)
  }
}

function literalIn(node: Expression): string[] {
  if (node.type === 'UnaryExpression') return literalIn(node.argument as Expression).map((one) => `-${one}`)
  const { value } = node
  if (typeof value === 'boolean') return [String(Number(value))]
  return typeof value === 'number' || isText(value) ? [String(value)] : []
}

/** The column that a node reads as it is, or in small letters. */
function columnIn(node: Expression): string[] {
  if (node.type === 'Identifier') return [nameIn(node.name)]
  if (node.type !== 'CallExpression') return []
  const [first] = node.arguments as Expression[]
  const name = nameIn((node.callee as Expression).name)
  if (name === 'lower' && first) return columnIn(first)
  return name === 'col' && typeof first?.value === 'string' ? [first.value] : []
}

/** jsep's types leave open what its nodes hold; names and operators are texts. */
function nameIn(value: unknown): string {
  return isText(value) ? value : ''
}

function parse(text: string): Expression {
  try {
    return jsep(text)
  } catch (error) {
    throw bad(error instanceof Error ? error.message : 'it cannot be read')
  }
}

function literal(value: unknown): Step {
  if (typeof value === 'number' || isText(value)) return () => value
  if (typeof value === 'boolean') return () => Number(value)
  if (value === null) return () => null
  throw bad('only numbers and texts can stand in a formula')
}

function unary(operator: string, argument: Step): Step {
  if (operator !== '-' && operator !== '+' && operator !== '!') throw bad(`there is no operator ${operator}`)
  return (cell) => {
    const value = argument(cell)
    if (operator === '!') return value === null ? null : Number(!truthOf(value))
    return typeof value === 'number' ? (operator === '-' ? -value : value) : null
  }
}

function binary(operator: string, left: Step, right: Step): Step {
  // What is missing may be true or not: it decides nothing that the other side does not decide alone.
  if (operator === '&&' || operator === '||') {
    const decided = operator === '||'
    return (cell) => {
      const [a, b] = [left(cell), right(cell)]
      if ((a !== null && truthOf(a) === decided) || (b !== null && truthOf(b) === decided))
        return Number(decided)
      return a === null || b === null ? null : Number(!decided)
    }
  }
  const work = operate(operator)
  if (!work) throw bad(`there is no operator ${operator}`)
  return (cell) => work(left(cell), right(cell))
}

function choice(test: Step, yes: Step, no: Step): Step {
  return (cell) => {
    const value = test(cell)
    return value === null ? null : truthOf(value) ? yes(cell) : no(cell)
  }
}

/** Whether a value counts as true: a number that is not 0, a text that is not empty. */
export function truthOf(value: Value): boolean {
  return value !== null && value !== 0 && value !== ''
}

function bad(reason: string): AppError {
  return new AppError('mapping-bad', `The formula cannot be used: ${reason}`)
}
