const KEY = 'murmuration.imports'

const read = (): string[] => sessionStorage.getItem(KEY)?.split(' ').filter(Boolean) ?? []
const write = (ids: readonly string[]) => sessionStorage.setItem(KEY, ids.join(' '))

/** Remembers an import for as long as the window is open: after a reload nobody else knows of it. */
export function keepOpen(id: string): void {
  write([...read(), id])
}

/** Forgets an import that has ended. */
export function forgetOpen(id: string): void {
  write(read().filter((one) => one !== id))
}

/** The imports that this window began before it was loaded anew; they are forgotten. */
export function takeOpen(): string[] {
  const ids = read()
  write([])
  return ids
}
