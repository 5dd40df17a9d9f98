/** The part of the X client that the tests use; the package brings no types of its own. */
declare module 'x11' {
  import type { EventEmitter } from 'node:events'

  type Answer<T> = (error: Error | null | undefined, answer: T) => void

  export interface FakeInput {
    readonly KeyPress: number
    readonly KeyRelease: number
    FakeInput(kind: number, keycode: number, delayMs: number, window: number, x: number, y: number): void
  }

  /** What happens; what one client says to a window of another has a type and data. */
  export interface Happening {
    readonly name: string
    readonly message_type?: number
    readonly data?: readonly number[]
  }

  export interface ClientMessage {
    readonly name: 'ClientMessage'
    readonly message_type: number
    readonly data: readonly number[]
  }

  export interface Client extends EventEmitter<{ event: [Happening]; error: [Error] }> {
    AllocID(): number
    InternAtom(onlyIfKnown: boolean, name: string, answer: Answer<number>): void
    QueryTree(window: number, answer: Answer<{ readonly children: readonly number[] }>): void
    GetWindowAttributes(window: number, answer: Answer<{ readonly mapState: number }>): void
    GetProperty(
      remove: number,
      window: number,
      name: number,
      type: number,
      from: number,
      words: number,
      answer: Answer<{ readonly data: Buffer }>,
    ): void
    CreateWindow(
      window: number,
      parent: number,
      ...look: readonly [
        ...place: [number, number, number, number],
        ...kind: [number, number, number, number, object],
      ]
    ): void
    SetInputFocus(window: number, revertTo: number): void
    SetSelectionOwner(owner: number, selection: number): void
    SendClientMessage(
      to: number,
      about: number,
      type: number,
      format: 32,
      data: readonly number[],
      mask: number,
    ): void
    require(extension: 'xtest', answer: Answer<FakeInput>): void
    /** Resolves when all that was asked for is done. */
    sync(): Promise<void>
    terminate(): void
  }

  export interface Display {
    readonly client: Client
    readonly screen: readonly { readonly root: number }[]
  }

  export function createClient(options: { readonly display: string }, answer: Answer<Display>): void
  export const InputOutput: number
  export const eventMask: { readonly StructureNotify: number }
}
