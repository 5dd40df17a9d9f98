import { expect, test } from 'vitest'
import { readProject } from './house.ts'

interface Package {
  optionalDependencies?: Record<string, string>
  version?: string
  integrity?: string
  resolved?: string
  hasInstallScript?: boolean
}

const project = JSON.parse(readProject('package.json')) as Record<string, Record<string, string>>
const { packages } = JSON.parse(readProject('package-lock.json')) as { packages: Record<string, Package> }
const installed = Object.entries(packages).filter(([place]) => place !== '')
const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** The oldest version that may be installed, anywhere in the tree. */
const minimum: Record<string, string> = {
  '@libp2p/crypto': '5.1.22',
  '@chainsafe/libp2p-gossipsub': '17.0.0',
  '@libp2p/gossipsub': '17.0.0',
}

/** Packages with an install script. None is run; each works without it, or is left out with a sentence. */
const withInstallScripts = ['@tensorflow/tfjs-node', 'core-js', 'electron-winstaller', 'webgpu']

function atLeast(version: string, least: string) {
  const [a = [], b = []] = [version, least].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  )
  const first = a.findIndex((part, index) => part !== b[index])
  return first === -1 || (a[first] ?? 0) > (b[first] ?? 0)
}

test('no install script is run, and we have none', () => {
  expect(readProject('.npmrc')).toMatch(/^ignore-scripts=true$/m)
  const own = Object.keys(project.scripts ?? {})
  expect(own.filter((name) => /^(pre|post)|^(install|prepare|prepublish)$/.test(name))).toEqual([])
})

test('no package gains an install script unseen', () => {
  const found = installed
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([place]) => nameOf(place))
  expect([...new Set(found)].toSorted()).toEqual(withInstallScripts)
})

test('every version we ask for is exact', () => {
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries(project[kind] ?? {})) {
      expect(version, name).toMatch(/^(npm:[a-z0-9-]+@)?\d+\.\d+\.\d+$/)
    }
  }
})

test('every package is pinned by its content, and by no address', () => {
  for (const [place, { integrity, resolved }] of installed) {
    expect(integrity, place).toMatch(/^sha512-/)
    expect(resolved, place).toBeUndefined()
  }
})

/** Where a package finds another: beside it, or beside one of the packages it lies in. */
function finds(place: string, name: string): boolean {
  const here = place === '' ? '' : `${place}/`
  if (packages[`${here}node_modules/${name}`]) return true
  return place !== '' && finds(place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/'))), name)
}

test('the lockfile has the packages of every operating system, not only of the one it was made on', () => {
  for (const [place, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const name of Object.keys(optionalDependencies))
      expect(finds(place, name), `${place} ${name}`).toBe(true)
  }
})

test('no package is older than its known holes allow', () => {
  for (const [place, { version = '0' }] of installed) {
    const least = minimum[nameOf(place)]
    if (least) expect(atLeast(version, least), `${place} ${version}`).toBe(true)
  }
  expect(atLeast('5.1.22', '5.1.22') && atLeast('5.2.0', '5.1.22') && atLeast('6.0.0', '5.1.22')).toBe(true)
  expect(atLeast('5.1.21', '5.1.22') || atLeast('4.9.99', '5.1.22')).toBe(false)
})

test('the Nodes we bring are of one version', () => {
  const versions = Object.entries(project.optionalDependencies ?? {}).filter(([name]) =>
    name.startsWith('node-'),
  )
  expect(new Set(versions.map(([, version]) => version)).size).toBe(1)
})
