import { expect, test, vi } from 'vitest'
import type { Child } from '#shell/children.ts'
import { createSupervisor } from '#shell/supervisor.ts'

/** Processes that live until a test ends them, and a clock that the test turns. */
function setUp() {
  const lives: { child: Child; die: () => void; killed: boolean }[] = []
  const timers: { at: number; call: () => void }[] = []
  const standings: string[] = []
  let now = 0
  const start = (): Child => {
    const exits: ((code: number) => void)[] = []
    const life = {
      die: () => exits.splice(0).forEach((listen) => listen(1)),
      killed: false,
      child: {
        send: () => undefined,
        onMessage: () => undefined,
        onExit: (listen: (code: number) => void) => void exits.push(listen),
        kill: () => void (life.killed = true),
      },
    }
    lives.push(life)
    return life.child
  }
  const supervisor = createSupervisor({
    start,
    now: () => now,
    after: (ms, call) => {
      const timer = { at: now + ms, call }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0)
    },
    onStart: () => undefined,
    onStanding: ({ state, restarts }) => standings.push(`${state} ${restarts}`),
  })
  function wait(ms: number) {
    now += ms
    for (const timer of timers.filter(({ at }) => at <= now)) {
      timers.splice(timers.indexOf(timer), 1)
      timer.call()
    }
  }
  const latest = () => lives.at(-1)!
  return { supervisor, lives, standings, wait, latest }
}

test('a process that dies is started again, and the window is told', () => {
  const { supervisor, lives, standings, wait, latest } = setUp()
  supervisor.launch()
  supervisor.ready()
  latest().die()
  expect(supervisor.child()).toBeNull()
  expect(lives).toHaveLength(1)
  wait(300)
  expect(lives).toHaveLength(2)
  supervisor.ready()
  expect(standings).toEqual(['running 0', 'restarting 1', 'running 1'])
})

test('one that keeps dying is left alone until a person asks again', () => {
  const { supervisor, lives, standings, wait, latest } = setUp()
  supervisor.launch()
  for (let i = 0; i < 5; i++) {
    latest().die()
    wait(10_000)
  }
  expect(standings.at(-1)).toBe('failed 5')
  wait(600_000)
  expect(lives).toHaveLength(5)
  supervisor.retry()
  expect(lives).toHaveLength(6)
  supervisor.ready()
  latest().die()
  expect(standings.at(-1)).toBe('restarting 6')
})

test('deaths that are far apart never count as too many', () => {
  const { supervisor, lives, wait, latest } = setUp()
  supervisor.launch()
  for (let i = 0; i < 20; i++) {
    latest().die()
    wait(60_000)
  }
  expect(lives).toHaveLength(21)
})

test('closing waits for the process to end by itself, and ends one that does not', async () => {
  const patient = setUp()
  patient.supervisor.launch()
  const asked = vi.fn()
  let closed = false
  const closing = patient.supervisor.close(asked, 1000).then(() => (closed = true))
  await Promise.resolve()
  expect(asked).toHaveBeenCalledOnce()
  expect(closed).toBe(false)
  patient.latest().die()
  await closing
  patient.wait(60_000)
  expect(patient.lives).toHaveLength(1)
  expect(patient.latest().killed).toBe(false)

  const stuck = setUp()
  stuck.supervisor.launch()
  const ended = stuck.supervisor.close(() => undefined, 1000)
  stuck.wait(1000)
  await ended
  expect(stuck.latest().killed).toBe(true)
})
