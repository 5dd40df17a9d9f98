import { afterEach, expect, test } from 'vitest'
import { aStudy } from './a-study.ts'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { closeAll, until } from './hospital.ts'
import { openTogether, plan } from './together.ts'

afterEach(closeAll)

test(
  'a hospital that comes later signs the page that it read, though rounds were decided meanwhile, and not one that a question changed',
  { timeout: 120_000 },
  async () => {
    const { hospitals, members } = await openTogether(['Aue', 'Buch', 'Calw', 'Dessau'])
    const late = hospitals[3]!
    const long = plan({ rounds: 400, stopping: { kind: 'never' } })
    delete (long as { gate?: unknown }).gate
    const pace = { answer: 2000, compute: 20_000, exchange: 10_000 }
    const rules = { ...aStudy().rules, lastRound: 1000, pace }
    const { id } = await hospitals[0]!.call('studies.propose', aDraft(members, { plan: long, rules }))
    for (const [i, one] of hospitals.entries()) {
      await until(
        () => one.call('studies.list', null),
        (list) => list.some((study) => study.id === id),
      )
      await takePart(one, id, 50 + i, 200)
    }
    for (const one of hospitals.slice(0, 3)) await decide(one, id, 'approve')
    const trainedBy = (rounds: number) =>
      until(
        () => late.call('studies.get', { id }),
        (view) => view.trained >= rounds,
        60_000,
      )
    const { trained } = await trainedBy(1)
    const asked = await late.call('consents.page', { study: id })
    await hospitals[0]!.call('notes.write', { study: id, text: 'Is troponin measured twice?', answers: null })
    await until(
      () => late.call('consents.page', { study: id }),
      (page) => page.termsHash !== asked.termsHash,
    )
    await expect(decide(late, id, 'approve', { textHash: asked.textHash })).rejects.toMatchObject({
      code: 'text-changed',
    })
    const read = await late.call('consents.page', { study: id })
    await trainedBy(trained + 3)
    const now = await late.call('consents.page', { study: id })
    expect(now.textHash).not.toBe(read.textHash)
    expect(now.termsHash).toBe(read.termsHash)
    const { id: signed } = await decide(late, id, 'approve', { textHash: read.textHash })
    const receipt = await late.call('consents.receipt', { id: signed })
    expect(receipt).toMatchObject({ text: read.text, textHash: read.textHash })
  },
)
