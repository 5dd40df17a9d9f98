/** Turns texts into their UTF-16 units, which are read faster than the texts; each is written over by the next. */
export function createCodes(): (text: string) => Uint16Array {
  let room = Buffer.alloc(2048)
  return (text) => {
    if (text.length * 2 > room.length) room = Buffer.alloc(text.length * 3)
    room.write(text, 'utf16le')
    return new Uint16Array(room.buffer, room.byteOffset, text.length)
  }
}
