import type { PlanSearch } from '#contract/planning.ts'
import type { Handlers } from '#contract/serve.ts'
import type { Plan } from '#domain/plan.ts'

const found: Plan = {
  model: { kind: 'linear' },
  intercept: 'private',
  head: 'shared',
  l2: 0.004,
  local: {
    optimizer: 'sgd',
    learningRate: 0.3,
    batch: 64,
    steps: 5,
    proximal: 0,
    controlVariates: false,
  },
  outer: { kind: 'average' },
  rounds: 30,
  stopping: { kind: 'never' },
  updateBound: 10,
  origin: 'Found by successive halving over 24 plans.',
}

/** Plans, and what the statistics round said: one variable in another unit, one unlike the others. */
export function planningIn() {
  let search: PlanSearch | null = null
  const begun: PlanSearch = { state: 'searching', done: 3, of: 10, found: null, error: null, detail: '' }
  return {
    'plans.variables': () => ({
      variables: [
        { type: 'number' as const, name: 'age', unit: 'a', low: 0, high: 120, categories: [] },
        { type: 'number' as const, name: 'oldscore', unit: null, low: null, high: null, categories: [] },
        {
          type: 'category' as const,
          name: 'cp',
          unit: null,
          low: null,
          high: null,
          categories: ['1', '2', '3', '4'],
        },
      ],
      leftOut: ['admitted', 'remark'],
    }),
    'plans.choose': () => ({ plan: { ...found, origin: 'Chosen by rule.' }, reasons: ['A linear model.'] }),
    'plans.asked': () => ({ rows: 900, coarse: false }),
    'plans.search': () => {
      const reasons = ['Of 24 plans a linear model did best on rows kept aside.']
      const result = { plan: found, reasons, tried: 24, finished: true, rows: 199 }
      search = { ...begun, state: 'found', done: 1, of: 1, found: result }
      return begun
    },
    'plans.get': () => search,
    'plans.cancel': () => (search = { ...begun, state: 'cancelled' }),
    'statistics.get': () => ({
      comparing: false,
      rows: 742,
      variables: [
        {
          ...{ name: 'age', unit: 'a', missing: 0, mean: 54.3, sd: 9.1 },
          ...{ quartiles: [48, 55, 61] as [number, number, number], levels: [] },
        },
        {
          ...{ name: 'cp', unit: null, missing: null, mean: null, sd: null, quartiles: null },
          levels: [
            { name: 'cp = 2', rows: 143 },
            { name: 'cp = 3', rows: null },
          ],
        },
      ],
      outcome: [{ name: 'disease', mean: 0.53, sd: 0.5 }],
      drift: [
        {
          ...{ name: 'chol', variable: 'chol', ours: 6.1, others: 236, difference: -4.4, outside: 0 },
          ...{ finding: 'unit' as const, factor: 1 / 38.67 },
        },
        {
          ...{ name: 'age', variable: 'age', ours: 66, others: 53, difference: 1.4, outside: 0 },
          ...{ finding: 'shifted' as const, factor: null },
        },
        {
          ...{ name: 'disease', variable: 'disease', ours: 0.44, others: 0.53, difference: -0.2, outside: 0 },
          ...{ finding: 'direction' as const, factor: null },
        },
      ],
    }),
  } satisfies Partial<Handlers>
}
