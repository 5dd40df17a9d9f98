import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { faultsOf, picture } from '../e2e/browser-kit.ts'
import { aDraft, decide, takePart } from '../engine/chest-pain.ts'
import { aStudy } from '../engine/a-study.ts'
import { closeAll, openHospital, pair, until, type Hospital } from '../engine/hospital.ts'
import { startBrowser } from './pages-kit.ts'
import { openReal } from './real-kit.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
}, 240_000)
afterEach(closeAll)
afterAll(() => browser?.close())

const NAMES = ['Aue', 'Buch', 'Calw']
const go = async (page: Page, hash: string) => {
  await page.evaluate((to) => (location.hash = to), hash)
  await page.waitForFunction(() => !document.querySelector('main .loading'))
}

async function three(): Promise<[Hospital, Hospital, Hospital]> {
  const [a, b, c] = await Promise.all(NAMES.map((name) => openHospital(name)))
  if (!a || !b || !c) throw new Error('There are three')
  await Promise.all([pair(a, b), pair(a, c), pair(b, c)])
  return [a, b, c]
}

test(
  'screens follow their store: what others propose, sign and publish is on the open page without a reload',
  { timeout: 300_000 },
  async () => {
    const hospitals = await three()
    const [a, b] = hospitals
    const members = await Promise.all(
      hospitals.map(async (one) => {
        const { id, name } = await one.call('institution.get', null)
        return { id, name }
      }),
    )
    const { page, complaints, close } = await openReal(browser, a)

    // A study that another hospital proposes, with the person who asks.
    await go(page, '#/studies')
    const plan = { ...aStudy().plan, rounds: 2 }
    const references = { ...aStudy().references, person: 'Dr. Ines Berg, cardiology' }
    const { id: study } = await b.call('studies.propose', aDraft(members, { plan, references }))
    await page.getByRole('link', { name: 'Risk after chest pain' }).waitFor()

    // Our table, imported while the list of datasets is open.
    await go(page, '#/datasets')
    await takePart(a, study, 30, 600, { subgroups: ['sex'] })
    await page.getByRole('row', { name: /patients 600/ }).waitFor()

    await go(page, `#/consents/${study}`)
    await page.getByText('Dr. Ines Berg, cardiology').waitFor()
    await page
      .getByText(/^Key: 12D3KooW\w+$/)
      .first()
      .waitFor()
    await page.getByRole('heading', { name: /What would leave|masked message/i }).waitFor({ timeout: 30_000 })
    await picture(page, 'real-consent')
    expect(await faultsOf(page)).toEqual([])

    // Approvals and rounds, as they come in.
    await go(page, `#/rounds/${study}`)
    for (const [i, one] of hospitals.entries()) {
      if (one !== a) await takePart(one, study, 30 + i, 600, { subgroups: ['sex'] })
      await decide(one, study, 'approve')
    }
    await page.getByText('3 of 3 in').first().waitFor({ timeout: 60_000 })
    await picture(page, 'real-round')
    await until(
      () => a.call('studies.get', { id: study }),
      (view) => view.state === 'finished',
      120_000,
    )
    await page.getByRole('button', { name: 'Look at statistics round 1' }).click()
    await page.getByRole('heading', { name: 'Statistics round 1' }).waitFor()

    // Our own figures, and what another hospital publishes of its own by a person's decision.
    await go(page, `#/results/${study}`)
    await page.getByText('The shared model ranks').waitFor({ timeout: 60_000 })
    await page.getByText('3 have not published theirs').waitFor()
    await page.getByRole('button', { name: 'Publish ours…' }).click()
    const dialog = page.getByRole('dialog')
    const results = await a.call('results.get', { study })
    await dialog.getByText(`about ${results.offer?.rows}`).waitFor()
    await dialog.getByLabel('Name', { exact: true }).fill('Dr. Moreau')
    await dialog.getByRole('button', { name: 'Sign and publish' }).click()
    await page.getByText('Ours are published').waitFor()
    const atB = await until(
      () => b.call('results.get', { study }),
      (one) => one.members?.length === 2,
      60_000,
    )
    expect(atB.members?.find((one) => one.id === members[0]?.id)).toEqual({
      id: members[0]?.id,
      published: true,
      ...results.offer,
    })
    const decidedBy = { name: 'Dr. Berg', role: '', authenticated: 'passphrase' as const }
    await b.call('results.publish', { study, model: atB.modelHash ?? '', decidedBy })
    await page.getByText('Calw has not published its figures.').waitFor()
    await picture(page, 'real-results')
    expect(await faultsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await close()
  },
)
