import path from 'node:path'
import { expect, test } from 'vitest'
import { isOurMainFrame, isOurs } from '#shell/origin.ts'
import { fileFor } from '#shell/page-file.ts'
import { findPlace } from '#shell/place.ts'

test('only our own scheme and host are ours', () => {
  for (const ours of [
    'app://murmuration/',
    'app://murmuration/#/consents',
    'app://murmuration/assets/x.js?y',
  ]) {
    expect(isOurs(ours), ours).toBe(true)
  }
  const others = [
    '',
    'murmuration',
    'about:blank',
    'app://murmuration.example/',
    'app://murmuration@evil/',
    'app://x:y@murmuration/',
    'app://evil/murmuration/',
    'app:murmuration',
    'https://murmuration/',
    'file:///murmuration/',
    'data:text/html,app://murmuration/',
    'blob:app://murmuration/1',
    'app://murmuration:81/',
  ]
  for (const other of others) expect(isOurs(other), other).toBe(false)
})

test('a message counts only from the main frame of our own page', () => {
  const main = { url: 'app://murmuration/', parent: null }
  expect(isOurMainFrame(main)).toBe(true)
  expect(isOurMainFrame({ url: 'app://murmuration/', parent: main })).toBe(false)
  expect(isOurMainFrame({ url: 'https://evil.example/', parent: null })).toBe(false)
  expect(isOurMainFrame(null)).toBe(false)
})

test('no address leads out of the folder of pages', () => {
  const folder = path.resolve('/opt/pages')
  expect(fileFor(folder, 'app://murmuration/')).toBe(path.join(folder, 'index.html'))
  expect(fileFor(folder, 'app://murmuration/consents')).toBe(path.join(folder, 'index.html'))
  expect(fileFor(folder, 'app://murmuration/assets/a.js')).toBe(path.join(folder, 'assets', 'a.js'))
  const attempts = [
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    'assets/..%2f..%2fsecret.txt',
    'assets%2f%2e%2e%2f%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
    'a.js%00.txt',
    '%ff.txt',
    '..%2fpages-of-another/secret.txt',
  ]
  for (const attempt of attempts) {
    const file = fileFor(folder, `app://murmuration/${attempt}`)
    // Node itself takes plain dots out of an address: what is left then is inside.
    expect(file === null || file.startsWith(folder + path.sep), `${attempt} gave ${file}`).toBe(true)
  }
  expect(fileFor(folder, 'app://murmuration/..%2fsecret.txt')).toBeNull()
  expect(fileFor(folder, 'app://murmuration/..%2fpages-of-another/secret.txt')).toBeNull()
  expect(fileFor(folder, 'app://evil/index.html')).toBeNull()
})

test('a packaged app ignores the environment', () => {
  const env = {
    MURMURATION_HOME: 'elsewhere',
    MURMURATION_LISTEN: '/ip4/0.0.0.0/tcp/1',
    MURMURATION_NODE: '/evil/node',
  }
  const inside = path.join('opt', 'app.asar')
  const packaged = findPlace({ isPackaged: true, getAppPath: () => inside }, env, 'opt')
  expect(packaged).toMatchObject({ home: null, namedNode: undefined, listen: ['/ip4/0.0.0.0/tcp/4101'] })
  expect(packaged.programs).toBe(path.join('opt', 'programs'))
  const sources = findPlace({ isPackaged: false, getAppPath: () => 'shell' }, env, 'opt')
  expect(sources).toMatchObject({
    home: path.resolve('elsewhere'),
    namedNode: '/evil/node',
    programs: 'shell',
  })
  expect(sources.listen).toEqual(['/ip4/0.0.0.0/tcp/1'])
})
