/**
 * The rooms of the house: where each is, whose code it may import, and in which environment it runs.
 * The room rules read this table, and a test holds the tsconfigs against it.
 *
 * @typedef {'neutral' | 'node' | 'browser' | 'any'} Environment
 * @typedef {{ path: string, imports: string[], importsTypes?: string[], environment: Environment }} Room
 */

const ENGINE_AND_BELOW = ['domain', 'contract', 'store', 'import', 'network', 'trainer', 'engine']

/** @type {Record<string, Room>} */
export const rooms = {
  domain: { path: 'electron/domain', imports: [], environment: 'neutral' },
  contract: {
    path: 'electron/contract',
    imports: ['domain'],
    importsTypes: ['trainer'],
    environment: 'neutral',
  },
  store: { path: 'electron/store', imports: ['domain'], environment: 'node' },
  import: { path: 'electron/import', imports: ['domain'], environment: 'node' },
  network: { path: 'network', imports: ['domain'], environment: 'node' },
  trainer: { path: 'trainer', imports: ['domain'], environment: 'node' },
  engine: {
    path: 'electron/engine',
    imports: ['domain', 'contract', 'store', 'import', 'network', 'trainer'],
    environment: 'node',
  },
  headless: { path: 'electron/headless', imports: ENGINE_AND_BELOW, environment: 'node' },
  shell: { path: 'electron/shell', imports: ENGINE_AND_BELOW, environment: 'node' },
  renderer: { path: 'renderer', imports: ['domain', 'contract'], environment: 'browser' },
  build: { path: 'build', imports: [], environment: 'node' },
  test: {
    path: 'test',
    imports: [...ENGINE_AND_BELOW, 'headless', 'shell', 'renderer', 'build'],
    environment: 'any',
  },
}

/**
 * Heavy packages and the one room that may import each. Tests may import any of them.
 *
 * @type {{ packages: string, keeper: string }[]}
 */
export const keepers = [
  { packages: 'electron', keeper: 'shell' },
  { packages: 'better-sqlite3', keeper: 'store' },
  { packages: 'libp2p', keeper: 'network' },
  { packages: '@libp2p/.+', keeper: 'network' },
  { packages: '@tensorflow/.+', keeper: 'trainer' },
  { packages: 'svelte', keeper: 'renderer' },
]
