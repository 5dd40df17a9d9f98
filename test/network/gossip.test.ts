import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { aNote, createHospital, type Hospital, startAll, studyBy } from './hospitals.ts'

let running: Hospital[] = []
function open(count: number): Hospital[] {
  running = Array.from({ length: count }, (_, i) => createHospital(i))
  return running
}
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  running = []
})

const holds = (one: Hospital, id: string) => one.library.get(id) !== null

test('a study and what is written in it reach all its members at once', async () => {
  const hospitals = open(4)
  await startAll(hospitals)
  const study = studyBy(hospitals)
  await until('all hold the study', () => hospitals.every((one) => holds(one, study.id)))

  const start = performance.now()
  const notes = hospitals.map((one) => one.write(aNote(study.id, `From ${one.name}`)))
  await until('all hold all notes', () => hospitals.every((one) => notes.every(({ id }) => holds(one, id))))
  expect(performance.now() - start).toBeLessThan(1000)
  expect(hospitals[3]!.seen.documents.map((one) => one.id).toSorted()).toEqual(
    [study, ...notes.slice(0, 3)].map((one) => one.id).toSorted(),
  )
})
