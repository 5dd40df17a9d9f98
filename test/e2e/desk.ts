import { promisify } from 'node:util'
import { type Client, createClient, eventMask, InputOutput } from 'x11'

/** Keys of the keyboard that Xvfb has. */
const keycodes = { Return: 36, Escape: 9 } as const

const WM_NAME = 39
const TITLE_WORDS = 64
const MAPPED = 2
const DOCK = 0
const ICON_MS = 30_000

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
  const { client, screen } = await open(display)
  // A window may be gone by the time it is asked or told something: who asked is answered, and nobody else need know.
  client.on('error', () => undefined)
  const root = screen[0]?.root ?? 0
  const atom = promisify(client.InternAtom.bind(client, false))
  return {
    windows: () => windowsOf(client, root),
    async closeWindow(id) {
      const [protocols, wish] = [await atom('WM_PROTOCOLS'), await atom('WM_DELETE_WINDOW')]
      client.SendClientMessage(id, id, protocols, 32, [wish], 0)
    },
    async press(id, key) {
      const input = await promisify(client.require.bind(client))('xtest')
      client.SetInputFocus(id, 1)
      for (const kind of [input.KeyPress, input.KeyRelease]) input.FakeInput(kind, keycodes[key], 0, 0, 0, 0)
      await client.sync()
    },
    async keepTray() {
      const [tray, manager] = [await atom('_NET_SYSTEM_TRAY_S0'), await atom('MANAGER')]
      const docked = docking(client, await atom('_NET_SYSTEM_TRAY_OPCODE'))
      const own = client.AllocID()
      client.CreateWindow(own, root, 0, 0, 1, 1, 0, 0, InputOutput, 0, {})
      client.SetSelectionOwner(own, tray)
      client.SendClientMessage(root, root, manager, 32, [0, tray, own], eventMask.StructureNotify)
      return () => docked
    },
    leave: () => client.terminate(),
  }
}

const open = (display: string) => promisify(createClient)({ display })

async function windowsOf(client: Client, root: number) {
  const { children } = await promisify(client.QueryTree.bind(client))(root)
  const all = await Promise.all(children.map((id) => windowOf(client, id)))
  return all.filter((one) => one !== null)
}

/** A window that is shown; null for others, and where it is gone by now. */
async function windowOf(client: Client, id: number): Promise<{ id: number; title: string } | null> {
  try {
    const { mapState } = await promisify(client.GetWindowAttributes.bind(client))(id)
    if (mapState !== MAPPED) return null
    const property = promisify(client.GetProperty.bind(client))
    const { data } = await property(0, id, WM_NAME, 0, 0, TITLE_WORDS)
    return { id, title: data.toString('utf8') }
  } catch {
    return null
  }
}

/** Resolves when a program asks the tray for a place. */
function docking(client: Client, opcode: number): Promise<void> {
  const docked = new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('No icon came into the tray')), ICON_MS)
    client.on('event', (event) => {
      if (event.message_type !== opcode || event.data?.[1] !== DOCK) return
      clearTimeout(limit)
      resolve()
    })
  })
  docked.catch(() => undefined)
  return docked
}
