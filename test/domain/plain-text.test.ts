import { expect, test } from 'vitest'
import * as v from 'valibot'
import { Note } from '#domain/documents.ts'
import { isPlain, looksOf, plainText, plainTexts, quoted, shownText } from '#domain/plain-text.ts'
import { Title } from '#domain/values.ts'
import { aStudy } from '../engine/a-study.ts'

const tricks = {
  escape: 'Harmless.\u001b[2J\u001b[8m',
  bell: 'a\u0007',
  overwritten: 'Sum of 2\rSum of 9',
  reversed: 'ab\u202etxt.exe',
  isolated: 'a\u2066b\u2069',
  'zero width': 'Cha\u200brité',
  'byte order mark': 'a\ufeffb',
  'soft hyphen': 'a\u00adb',
  tag: 'a\u{e0041}b',
  'half a character': 'a\ud800b',
  'blank that looks like nothing': '\u3164\u2800',
  'joiner between Latin letters': 'a\u200db',
  'joiner behind a letter that joins': '\u0645\u200cA',
  'character that every font draws otherwise': 'a\ue000b',
  'pile of marks': `e${'\u0301'.repeat(40)}`,
  'line separator': 'a\u2028b',
}

test.each(Object.entries(tricks))('a document refuses what hides or changes text: %s', (_, text) => {
  const note = { kind: 'note', study: '0'.repeat(64), answers: null, writtenAt: 1 }
  expect(v.safeParse(Note, { ...note, text }).success).toBe(false)
  expect(() => aStudy({ name: text.slice(0, 100) })).toThrow()
  expect(() => aStudy({ variables: [{ type: 'boolean', name: text }] })).toThrow()
  expect(isPlain(plainText(text))).toBe(true)
  expect(isPlain(shownText(text))).toBe(true)
})

test.each([
  'Zürich – “Ärzte”, 2 µg/L ≥ 3 ³',
  'می‌خواهم به بیمارستان بروم',
  'क्‍ष अस्पताल',
  'ก็้ โรงพยาบาล',
  '漢字の病院 한글 병원',
  'Two lines:\nthe second.',
])('every language is let through: %s', (text) => {
  expect(plainText(text)).toBe(text)
  expect(shownText(text)).toBe(text)
})

test.each([' ', '\u00a0', '\u3000\u2003', '\n'])('nothing is called by a blank: %j', (name) => {
  expect(v.safeParse(Title(), name).success).toBe(false)
  expect(v.safeParse(Title(), `${name}x`).success).toBe(name !== '\n')
})

test('what a person pastes is cleaned before it is signed, and nothing else is touched', () => {
  const typed = {
    name: 'He\u200bart',
    purpose: 'One.\r\nTwo.\tThree.',
    numbers: [1, null, true],
    bytes: new Uint8Array([7]),
  }
  expect(plainTexts(typed)).toEqual({
    name: 'Heart',
    purpose: 'One.\nTwo. Three.',
    numbers: [1, null, true],
    bytes: new Uint8Array([7]),
  })
})

test('what somebody else wrote cannot end its quotation', () => {
  expect(quoted('Heart", version 1. "Known\n6. Privacy')).toBe('"Heart\', version 1. \'Known 6. Privacy"')
})

test.each([
  ['Charité Berlin', 'Chаritе Веrlin'],
  ['Charité Berlin', 'CHARITE  BERLIN.'],
  ['Klinik Nord 1', 'Klinik Nord I'],
  ['Spital Sommer', 'Ѕрitаl Ѕοmmеr'],
  ['Klinik Ost 10', 'Klinik 0ѕt ӏ0'],
  ['Klinik Nord', 'Klіnіk Nоrd'],
  ['Modern Clinic', 'Modem Clinic'],
])('%s and %s look alike', (a, b) => {
  expect(looksOf(a)).toBe(looksOf(b))
})

test('different hospitals do not look alike', () => {
  const names = [
    'Klinik Nord 1',
    'Klinik Nord 2',
    'Alder',
    'Birch',
    'Cedar',
    'Northfield',
    '東京病院',
    '大阪病院',
  ]
  expect(new Set(names.map(looksOf)).size).toBe(names.length)
})
