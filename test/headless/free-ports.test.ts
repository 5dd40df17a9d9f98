import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePorts } from '#headless/free-ports.ts'

test('ports for several hospitals differ, can be listened on, and are none that outgoing connections get', async () => {
  const ports = await freePorts(60)
  expect(new Set(ports).size).toBe(60)
  expect(Math.max(...ports)).toBeLessThan(32_768)
  const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'))
  await Promise.all(servers.map((one) => once(one, 'listening')))
  await Promise.all(servers.map((one) => once(one.close(), 'close')))
})
