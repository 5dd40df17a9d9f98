import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { assemble } from '#headless/demo/federation.ts'
import { layOutHospitals, sampleMaterial } from '#headless/demo/prepare.ts'
import { reachRunning } from '#headless/reach.ts'

test('where one hospital of a demo cannot start, none is left running', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-half-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { hospitals } = await layOutHospitals(folder, sampleMaterial(3))
  const inTheWay = createServer().listen(hospitals[0]?.port, '127.0.0.1')
  onTestFinished(() => void inTheWay.close())
  await expect(assemble(hospitals)).rejects.toThrow(/did not start/)
  for (const { home } of hospitals) expect(await reachRunning(home)).toBeNull()
})
