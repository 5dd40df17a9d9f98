import type { FileView } from '#contract/papers.ts'

/** Hands a file to the reader: the browser or the app asks where to put it. */
export function saveFile(name: string, type: string, content: string | Uint8Array<ArrayBuffer> | Blob): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** Hands a file that the engine made to the reader. */
export function saveView({ name, mime, bytes }: FileView): void {
  saveFile(name, mime, new Uint8Array(bytes))
}
