import { expect, test } from 'vitest'
import { nextStep } from '#renderer/rehearsal/next-step.ts'
import { viewOf } from './double-world.ts'

const view = {
  hospitals: ['Birch', 'Cedar', 'Dogwood'].map((name) => ({
    name,
    about: '',
    state: 'here' as const,
    lying: false,
  })),
  table: { name: 'Alder.csv', rows: 460 },
}
const known = { view, peers: 3, datasets: 1, importing: null, study: undefined }
const inState = (state: Parameters<typeof viewOf>[3]) => ({
  ...known,
  study: viewOf(1, 'Coronary disease', 4, state, 0),
})

test('a rehearsal leads from nothing to results, one step at a time', () => {
  expect(nextStep({ ...known, datasets: undefined })).toBeNull()
  expect(nextStep({ ...known, datasets: 0, peers: 0 })?.what).toBe('import')
  expect(nextStep({ ...known, datasets: 0, importing: '#/import/1' })?.what).toBe('importing')
  expect(nextStep({ ...known, peers: 1 })?.what).toBe('starting')
  expect(nextStep(known)?.what).toBe('study')
  const states = ['needs-mapping', 'needs-consent', 'waiting', 'running', 'finished', 'left'] as const
  expect(states.map((state) => nextStep(inState(state))?.what)).toEqual([
    'map',
    'consent',
    'answers',
    'rounds',
    'results',
    'left',
  ])
  expect(nextStep(inState('needs-consent'))?.href).toMatch(/^#\/consents\/[0-9a-f]{64}$/)
})
