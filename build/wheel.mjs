import { Unzip, UnzipInflate } from 'fflate'
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Plain } from './place.mjs'
import { runQuietly } from './run.mjs'

const FETCH_LIMIT_MS = 15 * 60_000

/**
 * A wheel of TensorFlow: its library and C headers are what we want of it. The hash is the one the index states.
 *
 * @typedef {{ project: string, version: string, megabytes: number, sha256: string }} Wheel
 */

/** @type {Wheel} */
const PLAIN = {
  project: 'tensorflow-cpu',
  version: '2.15.1',
  megabytes: 207,
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
}

/** @type {Wheel} */
const CUDA = {
  project: 'tensorflow',
  version: '2.15.1',
  megabytes: 475,
  sha256: 'bb0edd69103c154245c5f209f0507355cc68ba7e4de350084bc31edc562478e4',
}

/** Where a wheel's files go, in order: the first that fits. Everything else in it is Python's. */
const PLACES = [
  { from: /^tensorflow\/(libtensorflow(?:_cc|_framework)\.so\.2)$/, to: 'lib/' },
  { from: /^tensorflow\/include\/tensorflow\/tsl\/((?:c|platform)\/[\w/]+\.h)$/, to: 'include/tsl/' },
  { from: /^tensorflow\/include\/(tensorflow\/c\/[\w/]+\.h)$/, to: 'include/' },
  { from: /^tensorflow\/include\/(tensorflow\/core\/platform\/ctstring\w*\.h)$/, to: 'include/' },
]

/** The wheel for this machine: with CUDA where NVIDIA's driver is loaded or it was asked for. */
export function wheelFor(/** @type {boolean} */ cuda) {
  if (process.platform === 'linux' && process.arch === 'x64') {
    return cuda || existsSync('/proc/driver/nvidia/version') ? CUDA : PLAIN
  }
  throw new Plain(
    `There is no wheel of TensorFlow with a C library for ${process.platform} ${process.arch} that this command knows. ` +
      'Training runs without it; a graphics card is used through WebGPU.',
  )
}

/**
 * Fetches a wheel with pip, from whatever index it is set up for, and checks its hash.
 *
 * @param {Wheel} wheel
 * @param {string} folder
 */
export async function fetchWheel(wheel, folder) {
  const file = await fetchWithPip(wheel, folder)
  if (file === undefined)
    throw new Plain(
      `${wheel.project} ${wheel.version} could not be fetched with "python3 -m pip download". ` +
        'This command alone needs Python 3 with pip and a way to its package index; training runs without it.',
    )
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  if (hash.digest('hex') === wheel.sha256) return file
  throw new Plain(
    `The ${wheel.project} that came is not the one of the index: its SHA-256 differs. Nothing was built.`,
  )
}

async function fetchWithPip(/** @type {Wheel} */ wheel, /** @type {string} */ folder) {
  const kind = ['--platform', 'manylinux_2_17_x86_64', '--implementation', 'cp', '--python-version', '311']
  const what = [
    '--no-deps',
    '--only-binary=:all:',
    ...kind,
    '--dest',
    folder,
    `${wheel.project}==${wheel.version}`,
  ]
  const args = ['-m', 'pip', 'download', '--no-input', '--retries', '1', '--timeout', '20', ...what]
  const { code } = await runQuietly('python3', args, { limitMs: FETCH_LIMIT_MS })
  const name = readdirSync(folder).find((entry) => entry.endsWith('.whl'))
  return code === 0 && name ? path.join(folder, name) : undefined
}

/** Unpacks the library and the headers into `folder`/lib and `folder`/include, and nothing else. */
export async function unpackWheel(/** @type {string} */ file, /** @type {string} */ folder) {
  let failure = /** @type {Error | null} */ (null)
  const unzip = new Unzip((entry) => {
    const to = placeOf(entry.name)
    if (to === undefined) return
    const target = path.join(folder, to)
    mkdirSync(path.dirname(target), { recursive: true })
    const out = openSync(target, 'w')
    entry.ondata = (error, data, final) => {
      if (error) failure = error
      else writeSync(out, data)
      if (error || final) closeSync(out)
    }
    entry.start()
  })
  unzip.register(UnzipInflate)
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) unzip.push(chunk)
  unzip.push(new Uint8Array(0), true)
  if (failure) throw new Plain(`The wheel could not be unpacked: ${failure.message}`)
}

function placeOf(/** @type {string} */ name) {
  for (const { from, to } of PLACES) {
    const rest = from.exec(name)?.[1]
    if (rest !== undefined) return to + rest
  }
  return undefined
}
