import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { build } from 'vite'
import { root } from '#build/place.mjs'
import { createDirectTrainer } from '#trainer/direct.ts'
import { plain, table, task } from './utility-job.ts'
import { prepareApp } from './window.ts'

const closing: (() => Promise<void>)[] = []
afterAll(() => Promise.all(closing.map((close) => close())))

/** The test's own program for Electron, bundled as the app's is. */
async function bundle(folder: string): Promise<string> {
  const ssr = path.join(root, 'test', 'e2e', 'utility-process.ts')
  const output = { format: 'cjs' as const, entryFileNames: 'utility-process.cjs' }
  await build({
    ...{ root, configFile: false, publicDir: false, logLevel: 'error', ssr: { noExternal: true } },
    build: {
      ...{ ssr, outDir: path.join(folder, 'utility'), target: 'node18', minify: false },
      rolldownOptions: { external: ['electron'], output },
    },
  })
  const main = path.join(folder, 'utility')
  writeFileSync(path.join(main, 'package.json'), '{ "name": "utility", "main": "utility-process.cjs" }')
  return main
}

test(
  'the trainer works as a process of Electron, and says at its end that it is gone',
  { timeout: 600_000 },
  async ({ skip }) => {
    const prepared = await prepareApp()
    if ('missing' in prepared)
      return skip(`SKIPPED: the trainer was not tried in Electron. ${prepared.missing}`)
    closing.push(prepared.close)
    const { account, app, env, folder, program } = prepared
    const main = await bundle(folder)
    const child = spawn(program, ['--disable-gpu', '--disable-dev-shm-usage', main, app], {
      ...{ ...account, env, cwd: folder, timeout: 90_000, killSignal: 'SIGKILL' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    await once(child, 'exit')
    const line = said.split('\n').find((one) => one.startsWith('ANSWERS '))
    const answers = JSON.parse(line?.slice(8) ?? '[]') as { output?: unknown }[] // as utility-process.ts prints
    expect(answers.map((one) => Object.keys(one).toSorted())).toEqual([1, 2, 3].map(() => ['id', 'output']))
    expect(answers[0]?.output).toMatchObject({ backend: expect.any(String), reason: expect.any(String) })
    const trainer = createDirectTrainer()
    const here = [
      await trainer.call('load', { key: 'k', task, table }),
      await trainer.call('statistics', { key: 'k' }),
    ]
    expect(JSON.stringify(here, plain).length).toBeGreaterThan(200)
    const there = answers.slice(1).map(({ output }) => output)
    expect(there).toEqual(JSON.parse(JSON.stringify(here, plain)))
    await trainer.close()
    expect(said).toContain('SAID {"do":"child-gone","id":1}')
  },
)
