interface Walked {
  readonly type: string
  readonly entries?: Readonly<Record<string, Walked>>
  readonly wrapped?: Walked
  readonly item?: Walked
  readonly items?: readonly Walked[]
  readonly options?: readonly unknown[]
  readonly value?: Walked
}

/** Every place of a valibot schema where a value can stand, as paths: `grant.columnsUsed`, lists without their numbers. */
export function leavesOf(schema: unknown): string[] {
  return [...new Set(walk(schema as Walked, ''))].filter((path) => path !== '') // safe: what valibot's schemas are made of
}

function walk(schema: Walked, path: string): string[] {
  const { entries, wrapped, item, items, options, value } = schema
  if (wrapped) return walk(wrapped, path)
  if (entries)
    return Object.entries(entries).flatMap(([key, one]) => walk(one, path === '' ? key : `${path}.${key}`))
  if (item) return walk(item, path)
  if (items) return items.flatMap((one) => walk(one, path))
  if (schema.type === 'record' && value) return walk(value, path)
  const inner = (options ?? []).filter((one): one is Walked => typeof one === 'object' && one !== null)
  return inner.length > 0 ? inner.flatMap((one) => walk(one, path)) : [path]
}
