/** Values by number, equal ones once. */
export function createPool<T>() {
  const values: T[] = []
  const numbers = new Map<string, number>()
  return {
    number(value: T): number {
      const key = JSON.stringify(value)
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, values.length)
      values.push(value)
      return values.length - 1
    },
    value: (at: number): T => values[at] as T,
    count: () => values.length,
  }
}
