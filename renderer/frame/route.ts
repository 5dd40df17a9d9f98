/** Every screen, by its place in the address. */
export const screens = [
  'home',
  'datasets',
  'import',
  'studies',
  'propose',
  'mapping',
  'consents',
  'rounds',
  'results',
  'models',
  'network',
  'audit',
  'settings',
  'help',
] as const
export type Screen = (typeof screens)[number]

/** A screen and the dataset or study it shows, if any. */
export interface Route {
  readonly screen: Screen
  readonly id: string | null
}

/** Reads an address such as `#/studies/ab12`. Anything unknown is Home. */
export function readRoute(hash: string): Route {
  const [name, id] = hash.replace(/^#\/?/, '').split('/')
  const screen = screens.find((one) => one === name)
  if (!screen) return { screen: 'home', id: null }
  return { screen, id: id && /^[a-z0-9-]{1,64}$/.test(id) ? id : null }
}

/** The address of a screen. */
export function hrefOf(screen: Screen, id: string | null = null): string {
  if (screen === 'home') return '#/'
  return id ? `#/${screen}/${id}` : `#/${screen}`
}
