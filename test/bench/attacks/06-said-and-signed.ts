import { aMapping } from '../../engine/a-study.ts'
import { aDraft, aTable } from '../../engine/chest-pain.ts'
import { closeAll, importText } from '../../engine/hospital.ts'
import { knowingTwo } from '../../engine/knowing.ts'
import { isPlain, shownText } from '#domain/plain-text.ts'
import { atHome } from '../../headless/at-home.ts'
import type { Attack } from '../attack.ts'

const codes = ['\u001b[2J\u001b[H\u001b[8m', '\u001b]0;x\u0007', '\u202e', '\u200b', '\u009b2J', '\r']

/** Whoever shares the machine replaces the dataset while a person reads; a member sends codes for the terminal. */
export const attack: Attack = {
  row: 6,
  about:
    'the dataset is replaced between what the command line shows and what it signs; codes are sent to the terminal',
  async run({ quick }) {
    const times = quick ? 1 : 20
    let signed = 0
    try {
      for (let i = 0; i < times; i++) signed += await signedUnread(i)
    } finally {
      await closeAll()
    }
    const shown = codes.filter((one) => !isPlain(shownText(`Harmless.${one}`)))
    return {
      got: `${times} datasets replaced while a person read: ${signed} signed unread; ${codes.length} codes in texts: ${shown.length} reached the terminal`,
      failed: signed > 0 || shown.length > 0,
    }
  },
}

/** Answers of a hospital whose data grew from 100 rows to 5,000 after the page was shown. */
async function signedUnread(seed: number): Promise<number> {
  const { a, members } = await knowingTwo()
  const { id: study } = await a.call('studies.propose', aDraft(members))
  const { id: dataset } = await importText(a, 'patients', aTable(seed, 100))
  await a.call('mappings.save', { study, dataset, mapping: aMapping() })
  let replaced = false
  const shell = await atHome(a, async (call) => {
    if (call !== 'consents.page' || replaced) return
    replaced = true
    await importText(a, 'patients', aTable(seed + 1, 5000), dataset)
  })
  try {
    await shell.run('approve', '--yes').catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      if (code !== 'text-changed') throw error
    })
    const unread = (await a.call('consents.list', null)).length
    // The check on the check: what was replaced and is read again can be signed.
    await shell.run('approve', '--yes')
    if ((await a.call('consents.list', null)).length !== unread + 1) throw new Error('Nothing can be signed')
    return unread
  } finally {
    shell.close()
  }
}
