import { connect, type Socket } from 'node:net'

/** Keys of the keyboard that Xvfb has. */
const keycodes = { Return: 36, Escape: 9 } as const

const MOST_WINDOWS = 1000
const WM_NAME = 39
const MAPPED = 2
const ANSWER_MS = 5000
const ICON_MS = 30_000
const CLIENT_MESSAGE = 33
const STRUCTURE = 1 << 17
const DOCK = 0
const ONE_BY_ONE = 0x1_0001
const INPUT_OUTPUT = 1 << 16

/** A screen of X as a person at it uses it: what windows stand on it, closing one by its frame, pressing a key in one. */
export interface Desk {
  /** Windows that are shown, with their titles. */
  windows(): Promise<{ readonly id: number; readonly title: string }[]>
  /** Asks a window to close, as the cross in its frame does. */
  closeWindow(id: number): Promise<void>
  press(id: number, key: keyof typeof keycodes): Promise<void>
  /** Keeps the tray, as a panel does. Resolves to a call that waits until a program has put an icon into it. */
  keepTray(): Promise<() => Promise<void>>
  leave(): void
}

/** Sits down at a display of X on this machine that lets everyone in, such as ":99". */
export async function sitAt(display: string): Promise<Desk> {
  const wire = createWire(connect(`/tmp/.X11-unix/X${display.replace(':', '')}`))
  const { root, own } = await wire.greet()
  const atom = async (name: string) => (await wire.ask(named(16, name))).readUInt32LE(8)
  const test = (await wire.ask(named(98, 'XTEST')))[9] ?? 0

  async function isShown(id: number): Promise<boolean> {
    const about = await wire.ask(onWindow(3, id)).catch(() => null)
    return about?.[26] === MAPPED
  }

  async function titleOf(id: number): Promise<string> {
    const reply = await wire.ask(request(20, 0, [id, WM_NAME, 0, 0, 64])).catch(() => null)
    return reply ? reply.subarray(32, 32 + reply.readUInt32LE(16)).toString('utf8') : ''
  }

  async function windows() {
    const tree = await wire.ask(onWindow(15, root))
    const count = Math.min(MOST_WINDOWS, tree.readUInt16LE(16))
    const all = Array.from({ length: count }, (_, i) => tree.readUInt32LE(32 + 4 * i))
    const shown: { id: number; title: string }[] = []
    for (const id of all) if (await isShown(id)) shown.push({ id, title: await titleOf(id) })
    return shown
  }

  async function closeWindow(id: number): Promise<void> {
    const [protocols, wish] = [await atom('WM_PROTOCOLS'), await atom('WM_DELETE_WINDOW')]
    wire.tell(letter(id, 0, [id, protocols, wish]))
  }

  async function press(id: number, key: keyof typeof keycodes): Promise<void> {
    wire.tell(request(42, 1, [id, 0]))
    for (const kind of [2, 3]) {
      const input = request(test, 2, [0, 0, 0, 0, 0, 0, 0, 0])
      input.set([kind, keycodes[key]], 4)
      wire.tell(input)
    }
    // An answer says that all before it was done.
    await wire.ask(onWindow(3, root))
  }

  async function keepTray() {
    const [tray, manager] = [await atom('_NET_SYSTEM_TRAY_S0'), await atom('MANAGER')]
    const asking = await atom('_NET_SYSTEM_TRAY_OPCODE')
    const docked = wire.hears(
      (letter) => letter.readUInt32LE(8) === asking && letter.readUInt32LE(16) === DOCK,
    )
    wire.tell(request(1, 0, [own, root, 0, ONE_BY_ONE, INPUT_OUTPUT, 0, 0]))
    wire.tell(request(22, 0, [own, tray, 0]))
    wire.tell(letter(root, STRUCTURE, [root, manager, 0, tray, own]))
    return () => docked
  }

  return { windows, closeWindow, press, keepTray, leave: wire.end }
}

/** A message of one client to a window. */
function letter(to: number, mask: number, values: readonly number[]): Buffer {
  const event = Buffer.alloc(32)
  event.set([CLIENT_MESSAGE, 32])
  for (const [i, value] of values.entries()) event.writeUInt32LE(value, 4 + 4 * i)
  return Buffer.concat([request(25, 0, [to, mask], 11), event])
}

/** A request of four-byte values. */
function request(
  opcode: number,
  detail: number,
  values: readonly number[],
  length = 1 + values.length,
): Buffer {
  const bytes = Buffer.alloc(4 + 4 * values.length)
  bytes.set([opcode, detail])
  bytes.writeUInt16LE(length, 2)
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 + 4 * i)
  return bytes
}

const onWindow = (opcode: number, id: number) => request(opcode, 0, [id])

/** A request about a name. */
function named(opcode: number, name: string): Buffer {
  const text = Buffer.alloc(Math.ceil(name.length / 4) * 4)
  text.write(name)
  return Buffer.concat([request(opcode, 0, [name.length], 2 + text.length / 4), text])
}

/** Requests and answers over one connection, in order; of events only messages of other clients are heard. */
function createWire(socket: Socket) {
  let received = Buffer.alloc(0)
  let sent = 0
  const waiting = new Map<number, PromiseWithResolvers<Buffer>>()
  const greeting = Promise.withResolvers<Buffer>()
  let greeted = false
  const listeners = new Set<(letter: Buffer) => void>()
  socket.on('error', (error) => greeting.reject(error))
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    while (takeOne());
  })

  /** How long the message is that begins what was received; Infinity while that is not known. */
  function lengthNow(): number {
    if (received.length < (greeted ? 32 : 8)) return Infinity
    if (!greeted) return 8 + received.readUInt16LE(6) * 4
    return received[0] === 1 ? 32 + received.readUInt32LE(4) * 4 : 32
  }

  function takeOne(): boolean {
    const length = lengthNow()
    if (received.length < length) return false
    const message = received.subarray(0, length)
    received = received.subarray(length)
    if (greeted) hear(message)
    else greeting.resolve(message)
    greeted = true
    return true
  }

  function hear(message: Buffer): void {
    if (((message[0] ?? 0) & 0x7f) === CLIENT_MESSAGE) return listeners.forEach((listen) => listen(message))
    const answer = waiting.get(message.readUInt16LE(2))
    if (message[0] === 1) answer?.resolve(message)
    else if (message[0] === 0) answer?.reject(new Error(`The screen refused a request: ${message[1]}`))
  }

  const tell = (bytes: Buffer): number => {
    socket.write(bytes)
    return (sent = (sent + 1) % 65_536)
  }

  return {
    tell,
    /** Waits for a message that is the one. */
    hears(isIt: (letter: Buffer) => boolean): Promise<void> {
      const heard = Promise.withResolvers<void>()
      const limit = setTimeout(() => heard.reject(new Error('Nothing came')), ICON_MS)
      heard.promise.catch(() => undefined)
      listeners.add((one) => {
        if (!isIt(one)) return
        clearTimeout(limit)
        heard.resolve()
      })
      return heard.promise
    },
    /** The root window, and an id that is free for a window of ours. */
    async greet(): Promise<{ root: number; own: number }> {
      socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
      const said = await greeting.promise
      if (said[0] !== 1) throw new Error('The screen lets nobody in')
      const vendor = Math.ceil(said.readUInt16LE(24) / 4) * 4
      return { root: said.readUInt32LE(40 + vendor + 8 * (said[29] ?? 0)), own: said.readUInt32LE(12) + 1 }
    },
    async ask(bytes: Buffer): Promise<Buffer> {
      const answer = Promise.withResolvers<Buffer>()
      const number = tell(bytes)
      waiting.set(number, answer)
      const limit = setTimeout(() => answer.reject(new Error('The screen does not answer')), ANSWER_MS)
      return answer.promise.finally(() => {
        clearTimeout(limit)
        waiting.delete(number)
      })
    },
    end: () => void socket.destroy(),
  }
}
