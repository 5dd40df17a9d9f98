import { afterEach, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import { aMapping } from '../engine/a-study.ts'
import { aDraft, aTable } from '../engine/chest-pain.ts'
import { closeAll, type Hospital, importText } from '../engine/hospital.ts'
import { knowingTwo } from '../engine/knowing.ts'
import { atHome } from './at-home.ts'

afterEach(closeAll)

/** A hospital that has mapped 100 patients to a study that waits for its answer. */
async function asked() {
  const { a, members } = await knowingTwo()
  const { id: study } = await a.call('studies.propose', aDraft(members))
  const { id: dataset } = await importText(a, 'patients', aTable(1, 100))
  await a.call('mappings.save', { study, dataset, mapping: aMapping() })
  return { a, study, dataset }
}

const signedOf = async (a: Hospital) => (await a.call('consents.list', null)).map((one) => one.consent)

test('the command line signs the very text that it has shown', { timeout: 60_000 }, async () => {
  const { a, study } = await asked()
  const shell = await atHome(a)
  const said = await shell.run('approve', '--yes', '--by', 'Dr. Berger')
  shell.close()
  const { text } = await a.call('consents.receipt', { id: (await a.call('consents.list', null))[0]!.id })
  expect(said.startsWith(text)).toBe(true)
  const [consent] = await signedOf(a)
  expect(consent).toMatchObject({ study, decision: 'approve', textHash: hashOf(text) })
})

test.each(['approve', 'decline'])(
  'a dataset that a colleague replaces while a person reads keeps the command line from signing (%s)',
  { timeout: 60_000 },
  async (command) => {
    const { a, dataset } = await asked()
    let isReplaced = false
    const shell = await atHome(a, async (call) => {
      if (call !== 'consents.page' || isReplaced) return
      isReplaced = true
      await importText(a, 'patients', aTable(2, 500), dataset)
    })
    const args = command === 'approve' ? ['approve', '--yes'] : ['decline', '--reason', 'No.']
    await expect(shell.run(...args)).rejects.toMatchObject({ code: 'text-changed' })
    shell.close()
    expect(await signedOf(a)).toEqual([])
  },
)
