/** What an institution is called on a screen: its name, or the end of its key where nobody has told it to us. */
export function called(name: string | undefined, id: string): string {
  return name ?? id.slice(-8)
}
