import { keepers, rooms } from './rooms.mjs'

/** @typedef {import('dependency-cruiser').IConfiguration} Configuration */
/** @typedef {NonNullable<Configuration['forbidden']>[number]} Rule */

const PRODUCT = '^(?:electron|renderer|trainer|network)/'

const startsWith = (/** @type {string[]} */ paths) => `^(?:${paths.join('|')})/`
const pathOf = (/** @type {string} */ room) => rooms[room]?.path ?? room

/**
 * A room imports itself, the rooms it lists, and packages.
 *
 * @returns {Rule}
 */
function onlyListedRooms(/** @type {string} */ name, /** @type {import('./rooms.mjs').Room} */ room) {
  const open = [name, ...room.imports, ...(room.importsTypes ?? [])]
  const closed = Object.keys(rooms).filter((other) => !open.includes(other))
  return {
    name: `${name}-imports-only-its-rooms`,
    comment: `${room.path} may import: ${open.slice(1).join(', ') || 'no other room'}`,
    severity: 'error',
    from: { path: startsWith([room.path]) },
    to: { path: startsWith(closed.map(pathOf)) },
  }
}

/** @returns {Rule} */
function onlyTypesOf(/** @type {string} */ name, /** @type {string} */ other) {
  return {
    name: `${name}-imports-only-types-of-${other}`,
    comment: `${pathOf(name)} may import types of ${other}, no code`,
    severity: 'error',
    from: { path: startsWith([pathOf(name)]) },
    to: { path: startsWith([pathOf(other)]), dependencyTypesNot: ['type-only'] },
  }
}

/** @returns {Rule} */
function onlyKeeper(/** @type {string} */ packages, /** @type {string} */ keeper) {
  return {
    name: `only-${keeper}-imports-${packages.replaceAll(/[^a-z0-9-]/g, '')}`,
    comment: `${packages} is kept by ${pathOf(keeper)}`,
    severity: 'error',
    from: { path: PRODUCT, pathNot: startsWith([pathOf(keeper)]) },
    to: { path: `(?:^|/)node_modules/${packages}/|^${packages}$` },
  }
}

/** @type {Configuration} */
export default {
  forbidden: [
    ...Object.entries(rooms).flatMap(([name, room]) => [
      onlyListedRooms(name, room),
      ...(room.importsTypes ?? []).map((other) => onlyTypesOf(name, other)),
    ]),
    ...keepers.map(({ packages, keeper }) => onlyKeeper(packages, keeper)),
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file or three',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      comment: 'The imported file or package does not exist',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^build/out/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.svelte', '.d.ts'],
    },
  },
}
