import { many } from './shared.ts'

export const table = {
  rows: (n: number) => many(n, 'row', 'rows'),
} as const
