import { en } from './en.ts'
import { createFormat } from './format.ts'
import { lengthen } from './lengthen.ts'

/** All sentences of one language. */
export type Words = typeof en

/** The words in use. `?language=en-XA` in the address shows every sentence 40% longer, to see what breaks. */
export const words: Words = chooseWords(globalThis.location?.search ?? '')

/** Numbers and times in the language in use. */
export const format = createFormat(words.locale)

function chooseWords(search: string): Words {
  return new URLSearchParams(search).get('language') === 'en-XA' ? lengthen(en) : en
}
