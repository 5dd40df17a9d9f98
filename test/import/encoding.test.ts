import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

const umlauts = 'name;größe\nMüller;1,80\nŻółć;1,75\nÅse;1,60\n'
test.each([
  ['UTF-8', Buffer.from(umlauts), 'utf-8'],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${umlauts}`), 'utf-8'],
  ['UTF-16 little endian', Buffer.from(`\uFEFF${umlauts}`, 'utf16le'), 'utf-16le'],
  ['UTF-16 big endian', Buffer.from(`\uFEFF${umlauts}`, 'utf16le').swap16(), 'utf-16be'],
])('%s, in one piece or byte by byte', async (_, bytes, encoding) => {
  for (const step of [1, 2, 7, 1000]) {
    const table = await readDirectly(bytes, step)
    expect(table.encoding).toBe(encoding)
    expect(table.names).toEqual(['name', 'größe'])
    expect(table.rows).toEqual([
      ['Müller', 1.8],
      ['Żółć', 1.75],
      ['Åse', 1.6],
    ])
  }
})

test('Windows-1252, also when the first such letter comes late in a large file', async () => {
  const early = await readDirectly(Buffer.from('stra\xdfe,a\nM\xfcller,1\nJos\xe9 \x80,2\n', 'latin1'))
  expect(early.encoding).toBe('windows-1252')
  expect(early.names[0]).toBe('straße')
  expect(early.rows.map((row) => row[0])).toEqual(['Müller', 'José €'])
  const late = await readDirectly(
    Buffer.from(`name,a\n${'Smith,1\n'.repeat(80_000)}M\xfcller,2\n`, 'latin1'),
    50_000,
  )
  expect(late.rows.at(-1)).toEqual(['Müller', 2])
})

test('bytes that stop being UTF-8 refuse their line', async () => {
  const table = await readDirectly(
    Buffer.concat([Buffer.from('a,b\nMüller,1\nbad'), Buffer.of(0xff), Buffer.from(',2\nok,3\n')]),
  )
  // As many invalid as valid: it is not UTF-8 at all.
  expect(table.encoding).not.toBe('utf-8')
  const damaged = await readDirectly(
    Buffer.concat([Buffer.from('a,b\nMüller,größer\nStraße,Öl\nbad'), Buffer.of(0xff), Buffer.from(',2\n')]),
  )
  expect(damaged.encoding).toBe('utf-8')
  expect(damaged.rows).toEqual([
    ['Müller', 'größer'],
    ['Straße', 'Öl'],
  ])
  expect(damaged.rejected).toMatchObject([{ line: 4 }])
  const late = await readDirectly(
    Buffer.concat([
      Buffer.from(`a,b\nMüller,1\n${'x,1\n'.repeat(100_000)}bad`),
      Buffer.of(0xff),
      Buffer.from(',2\nok,3\n'),
    ]),
    100_000,
  )
  expect(late.rejected).toEqual([
    { line: 100_003, reason: 'the line is not valid in the encoding of the file' },
  ])
  expect(late.rows.at(-1)).toEqual(['ok', 3])
})

test.each([1, 2, 7, 1000])('Windows-1252 in pieces of %i bytes, to its last letter', async (step) => {
  const table = await readDirectly(Buffer.from('name,a\nM\xfcller,1\nJos\xe9,2\nx,caf\xe9', 'latin1'), step)
  expect(table.encoding).toBe('windows-1252')
  expect(table.rows).toEqual([
    ['Müller', '1'],
    ['José', '2'],
    ['x', 'café'],
  ])
  const late = await readDirectly(Buffer.from('name,a\nx,1\ny,caf\xe9', 'latin1'), step)
  expect(late.rows.at(-1)).toEqual(['y', 'café'])
})
