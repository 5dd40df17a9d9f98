import { expect, test } from 'vitest'
import { decodeText } from '#import/dicom/charset.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

// Examples of PS3.5, annexes H to K, and of character sets without code extensions.
test.each<[string, string[], Buffer, string]>([
  ['Japanese', ['', 'ISO 2022 IR 87'], bytes('\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B'), '山田^太郎'],
  [
    'Korean',
    ['', 'ISO 2022 IR 149'],
    bytes('\u001b$)C\u00fb\u00f3^\u001b$)C\u00d1\u00ce\u00d4\u00d7'),
    '洪^吉洞',
  ],
  ['Greek', ['ISO_IR 126'], bytes('\u00c4\u00e9\u00ef\u00ed\u00f5\u00f3\u00e9\u00ef\u00f2'), 'Διονυσιος'],
  [
    'Greek by an escape',
    ['', 'ISO 2022 IR 126'],
    bytes('\u001b-F\u00c4\u00e9\u00ef\u00ed\u00f5\u00f3\u00e9\u00ef\u00f2'),
    'Διονυσιος',
  ],
  [
    'Russian',
    ['ISO_IR 144'],
    bytes('\u00bb\u00ee\u00da\u00e1\u00d5\u00dc\u00d1\u00e3\u00e0\u00d3'),
    'Люксембург',
  ],
  ['UTF-8', ['ISO_IR 192'], Buffer.from('王^小東'), '王^小東'],
  ['GB18030', ['GB18030'], Buffer.from([0xcd, 0xf5, 0x5e, 0xd0, 0xa1]), '王^小'],
  ['Latin-1', ['ISO_IR 100'], bytes('Buc^J\u00e9r\u00f4me'), 'Buc^Jérôme'],
  ['an unknown name', ['ISO_IR 999'], bytes('J\u00e9'), 'Jé'],
])('%s', (_, sets, text, expected) => {
  expect(decodeText(text, sets)).toBe(expected)
})
