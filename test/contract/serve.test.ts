import { describe, expect, test, vi } from 'vitest'
import { calls, type CallName, type EngineEvent } from '#contract/calls.ts'
import { connect } from '#contract/connect.ts'
import { serve, type Handlers } from '#contract/serve.ts'
import type { Duplex } from '#contract/wire.ts'
import { AppError } from '#domain/errors.ts'

/** Two ends of a channel that clones what it carries, as a MessagePort does. */
function channel(): [Duplex, Duplex] {
  const ends = [0, 1].map(() => ({ listen: (_: unknown) => {}, closed: () => {} }))
  const end = (i: number): Duplex => ({
    send(message) {
      const copy = structuredClone(message)
      queueMicrotask(() => ends[1 - i]?.listen(copy))
    },
    onMessage: (listen) => void (ends[i]!.listen = listen),
    onClose: (listen) => void (ends[i]!.closed = listen),
    close: () => queueMicrotask(() => ends.forEach((one) => one.closed())),
  })
  return [end(0), end(1)]
}

const after = (ms: number, call: () => void) => {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}

/** An engine in which every call fails loudly, but for those given. */
function serving(given: Partial<Handlers>) {
  const [client, server] = channel()
  const none = (name: CallName) => () => {
    throw new Error(`${name} was not expected`)
  }
  const names = Object.keys(calls) as CallName[] // Safe: the keys of the contract itself.
  const handlers = {
    ...Object.fromEntries(names.map((name) => [name, none(name)])),
    ...given,
  } as unknown as Handlers
  const log: { call: string; error: unknown }[] = []
  const listeners = new Set<(event: EngineEvent) => void>()
  serve(server, {
    handlers,
    on: (listen) => {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
    record: (call, error) => `ref-${log.push({ call, error })}`,
  })
  const replies: unknown[] = []
  const raw = (message: unknown) =>
    new Promise((resolve) => {
      client.onMessage((reply) => resolve(reply))
      client.send(message)
    })
  return { client, log, raw, replies, listeners }
}

const invite = { code: 'abc', expiresAt: 5 }

describe('the engine at the wire', () => {
  test('answers a call', async () => {
    const { client } = serving({ 'institution.invite': () => invite })
    await expect(connect(client, after).call('institution.invite', null)).resolves.toEqual(invite)
  })

  test('refuses a call that is not in the contract, inherited names included', async () => {
    for (const call of ['nothing', '', 'constructor', '__proto__', 'toString']) {
      const { raw } = serving({})
      await expect(raw({ id: 1, call, input: null })).resolves.toMatchObject({
        id: 1,
        error: { code: 'bad-request' },
      })
    }
  })

  test('refuses input that does not fit the schema, and no handler sees it', async () => {
    const handle = vi.fn()
    const inputs = [null, {}, { id: 'short' }, { id: 'abcdefgh', extra: 1 }, { id: 7 }, 'abcdefgh', [1]]
    for (const input of inputs) {
      const { raw } = serving({ 'datasets.get': handle })
      await expect(raw({ id: 1, call: 'datasets.get', input })).resolves.toMatchObject({
        error: { code: 'bad-request' },
      })
    }
    expect(handle).not.toHaveBeenCalled()
  })

  test('never sends the message of a failure, only its code and where the log has it', async () => {
    const secret = 'cholesterol 233 of patient 17'
    const failures = [new AppError('not-found', secret), new Error(secret), { toString: () => secret }]
    const codes = ['not-found', 'internal', 'internal']
    for (const [i, failure] of failures.entries()) {
      const { raw, log } = serving({
        'institution.invite': () => {
          throw failure
        },
      })
      const reply = await raw({ id: 3, call: 'institution.invite', input: null })
      expect(reply).toEqual({ id: 3, error: { code: codes[i], ref: 'ref-1' } })
      expect(JSON.stringify(reply)).not.toContain('233')
      expect(log).toEqual([{ call: 'institution.invite', error: failure }])
    }
  })

  test('refuses a message over the size limit, whatever its shape', async () => {
    const handle = vi.fn()
    const big = [
      'x'.repeat(3_000_000),
      Array(2_000_000).fill(0),
      new Uint8Array(3_000_000),
      { ['k'.repeat(3_000_000)]: 1 },
    ]
    for (const input of big) {
      const { raw } = serving({ 'datasets.get': handle })
      await expect(raw({ id: 1, call: 'datasets.get', input })).resolves.toMatchObject({
        error: { code: 'too-large' },
      })
    }
    expect(handle).not.toHaveBeenCalled()
  })

  test('drops what has no usable id, and goes on', async () => {
    const { client, raw } = serving({ 'institution.invite': () => invite })
    for (const nonsense of [null, 5, 'x', [], {}, { id: -1, call: 'institution.invite', input: null }])
      client.send(nonsense)
    await expect(raw({ id: 9, call: 'institution.invite', input: null })).resolves.toEqual({
      id: 9,
      output: invite,
    })
  })

  test('answers busy when a client has too many calls under way, and recovers', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    const { client } = serving({ 'institution.invite': () => gate.then(() => invite) })
    const app = connect(client, after)
    const asked = Array.from({ length: 70 }, () =>
      app.call('institution.invite', null).catch((error: AppError) => error.code),
    )
    await expect(asked[69]).resolves.toBe('busy')
    release()
    const answers = await Promise.all(asked)
    expect(answers.filter((one) => one === 'busy')).toHaveLength(6)
    await expect(app.call('institution.invite', null)).resolves.toEqual(invite)
  })
})

describe('a client', () => {
  test('hears events until it stops listening', async () => {
    const { client, listeners } = serving({})
    const app = connect(client, after)
    const heard: EngineEvent[] = []
    const stop = app.on((event) => heard.push(event))
    for (const tell of listeners) tell({ event: 'peers.changed' })
    await Promise.resolve()
    stop()
    for (const tell of listeners) tell({ event: 'audit.changed' })
    await Promise.resolve()
    expect(heard).toEqual([{ event: 'peers.changed' }])
  })

  test('stops waiting when the engine does not answer in time', async () => {
    vi.useFakeTimers()
    try {
      const [client] = channel()
      const answer = connect(client, after).call('institution.invite', null)
      const failed = expect(answer).rejects.toMatchObject({ code: 'timed-out' })
      await vi.advanceTimersByTimeAsync(60_000)
      await failed
    } finally {
      vi.useRealTimers()
    }
  })

  test('fails open calls and later ones when the engine is gone', async () => {
    const [client, server] = channel()
    const app = connect(client, after)
    const open = app.call('institution.invite', null)
    server.close()
    await expect(open).rejects.toMatchObject({ code: 'disconnected' })
    await expect(app.call('institution.invite', null)).rejects.toMatchObject({ code: 'disconnected' })
  })

  test('carries the code and the reference of a failure', async () => {
    const { client } = serving({
      'institution.invite': () => {
        throw new AppError('locked', 'x')
      },
    })
    await expect(connect(client, after).call('institution.invite', null)).rejects.toMatchObject({
      code: 'locked',
      ref: 'ref-1',
    })
  })
})
